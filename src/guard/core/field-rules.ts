import type { AgentEvent } from '../../model/event.ts'
import type { Policy } from '../../policy/policy.ts'
import type { FieldTrust } from '../provenance/reading/walk.ts'
import { isAt, pathOf } from './sanitise.ts'

/** What the policy says of the fields of a tool’s answers; undefined: nothing. */
export function fieldTrustOf({ fields }: Policy, tool: AgentEvent['tool']): FieldTrust | undefined {
  const bearing = fields.filter(
    (rule) => isLike(rule.server, tool?.server ?? '') && (rule.tool === undefined || rule.tool === tool?.name),
  )
  if (bearing.length === 0) return undefined
  const rules = bearing.map(({ path, trust }) => ({ path: pathOf(path), trust }))
  return (path) => rules.find((rule) => isAt(rule.path, path))?.trust
}

/** Whether a name is as the pattern says, where `*` stands for any characters. Each part is looked for once, from the left. */
function isLike(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}
