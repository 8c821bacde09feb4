import type { ToolModel } from '../../act/index.ts'
import { printable } from '../../identity/index.ts'
import type { Tools } from './tools.ts'

/** Most arguments that are shown of one tool. */
const maxRoles = 40

/** A tool with what it is held to do and why, then each argument with its role and why; for people. */
export function explainModels(names: readonly string[], tools: Tools): string {
  return names.map((name) => explainOne(tools.model(name), tools)).join('\n')
}

function explainOne(model: ToolModel, tools: Tools): string {
  const { dataset, sensitivity } = tools.of(model.name)
  const hints = Object.entries(tools.described(model.name)?.annotations ?? {})
    .filter(([, value]) => typeof value === 'boolean')
    .map(([name, value]) => `${name}=${value}`)
  const head = [
    `${printable(model.name)}: ${model.sink} (${model.action})`,
    `from ${model.from}: ${printable(model.because, 200)}`,
    ...(dataset === undefined ? [] : [`dataset ${printable(dataset)}`]),
    ...(sensitivity === undefined ? [] : [sensitivity]),
    ...(model.scratch && model.side.sql ? ['its database is scratch'] : []),
    ...(hints.length === 0 ? [] : [`its server says ${printable(hints.join(' '), 200)}`]),
  ].join(' · ')
  const patterns = [...model.roles.keys()]
  // What only holds others is shown by what it holds.
  const leaves = patterns.filter(
    (each) => !patterns.some((other) => other.startsWith(`${each}.`) || other.startsWith(`${each}[]`)),
  )
  const width = Math.min(40, Math.max(0, ...leaves.map((each) => each.length)))
  const rows = leaves.slice(0, maxRoles).map((pattern) => {
    const role = model.roles.get(pattern)
    const kind = role?.kind === undefined || role.kind === '' ? '' : `, ${role.kind}`
    return `  ${printable(pattern).padEnd(width)}  ${`${role?.role}${kind}`.padEnd(24)}  ${printable(role?.because ?? '')}`
  })
  if (leaves.length > maxRoles) rows.push(`  and ${leaves.length - maxRoles} more`)
  return [head, ...rows].join('\n')
}
