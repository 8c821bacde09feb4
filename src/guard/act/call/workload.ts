import type { Sink } from '../../../model/sink.ts'
import { isRecord } from '../record.ts'

export interface Workload {
  sink: Sink
  because: string
}

const limits = { depth: 24, visited: 4000 } as const
const inContainers = /\/(?:init|ephemeral)?containers\/[^/]+\/(?:image|command|args)$/i
const hostAccess = /^(?:hostPath|hostPID|hostNetwork|hostIPC|privileged|allowPrivilegeEscalation)$/

/**
 * What objects make a cluster do, by what they are made of: containers run, a binding of subjects to a role gives rights, a patch
 * changes a part of either. Undefined where they do neither.
 */
export function workloadOf(value: unknown): Workload | undefined {
  let runs: string | undefined
  let visited = 0
  let gives = false
  const walk = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > limits.depth || ++visited > limits.visited) return
    if (Array.isArray(node)) {
      for (const each of node) walk(each, depth + 1)
      return
    }
    if (!isRecord(node)) return
    if (
      isRecord(node.roleRef) ||
      (Array.isArray(node.rules) && node.rules.some((rule) => isRecord(rule) && Array.isArray(rule.verbs)))
    )
      gives = true
    if (typeof node.op === 'string' && typeof node.path === 'string') {
      if (inContainers.test(node.path)) runs ??= 'changes what a container runs'
      if (/\/(?:roleRef|subjects)(?:\/|$)/.test(node.path)) gives = true
      if (hostAccess.test(node.path.split('/').at(-1) ?? '') && node.value !== false) runs ??= 'reaches into its host'
    }
    for (const [key, each] of Object.entries(node)) {
      if (/^(?:init|ephemeral)?containers$/i.test(key) && Array.isArray(each) && each.some(isContainer))
        runs ??= 'runs containers'
      if (hostAccess.test(key) && each !== false && each !== null) runs ??= 'reaches into its host'
      walk(each, depth + 1)
    }
  }
  walk(value, 0)
  if (gives) return { sink: 'persistence', because: 'binds a role' }
  return runs === undefined ? undefined : { sink: 'execution', because: runs }
}

const isContainer = (each: unknown): boolean =>
  isRecord(each) && (typeof each.image === 'string' || Array.isArray(each.command) || Array.isArray(each.args))
