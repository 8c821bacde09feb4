import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Policy, SanitiseRule } from '../../policy/policy.ts'
import { patternOf } from './pattern.ts'
import { pathOf, type Redaction, Redactor, type Selection, secretSpans } from './sanitise.ts'

const ranks = ['public', 'internal', 'confidential', 'restricted'] as const

/** What is to be taken out of a call’s arguments or its answer, and on whose word. */
export interface Cleaning {
  selections: Selection[]
  because: string
  /** The command behind it, when one of the selections is a command’s. */
  command?: Command
  /** Why it cannot be done: then nothing passes. */
  impossible?: string
}

/** Arguments as they may go, and what was taken out of them. */
export interface CleanArguments extends Redaction {
  args: unknown
  because: string
  command?: Command
  impossible?: string
}

export function cleanArguments(args: unknown, { selections, ...said }: Cleaning): CleanArguments {
  const redactor = new Redactor(selections)
  const clean = redactor.value(args)
  return { ...said, args: clean, count: redactor.count, fields: redactor.fields }
}

/** The policy’s rules and the commands that bear on an act; undefined: none does. */
export function cleaningOf(
  of: 'arguments' | 'answer',
  event: Pick<AgentEvent, 'tool' | 'resource'>,
  { sanitise }: Policy,
  commands: Iterable<Command>,
): Cleaning | undefined {
  let cleaning: Cleaning | undefined
  const put = (selections: readonly Selection[], because: string): Cleaning => {
    cleaning ??= { selections: [], because }
    cleaning.selections.push(...selections)
    return cleaning
  }
  for (const rule of sanitise) {
    if (rule.of !== of || !bears(rule, event)) continue
    const selection = selectionOf(rule)
    const made = put(selection === undefined ? [] : [selection], rule.because)
    if (selection === undefined) made.impossible ??= `the pattern of a rule cannot be used (${rule.because})`
  }
  for (const command of commands) {
    const { fields = [], of: part = 'arguments' } = command.restriction.sanitise ?? {}
    if (part !== of || fields.length === 0) continue
    const made = put(
      fields.map((name) => ({ name, path: pathOf(name) })),
      command.because,
    )
    made.command ??= command
  }
  return cleaning
}

function bears(rule: SanitiseRule, { tool, resource }: Pick<AgentEvent, 'tool' | 'resource'>): boolean {
  if (rule.server !== undefined && rule.server !== tool?.server) return false
  if (rule.tool !== undefined && rule.tool !== tool?.name) return false
  return rule.sensitivity === undefined || rankOf(resource?.sensitivity) >= ranks.indexOf(rule.sensitivity)
}

/** Internal where none is stated, as costs have it. */
const rankOf = (sensitivity: (typeof ranks)[number] | undefined): number => ranks.indexOf(sensitivity ?? 'internal')

function selectionOf({ path, pattern, kind }: SanitiseRule): Selection | undefined {
  if (pattern === undefined && kind === undefined) return { name: path, path: pathOf(path) }
  if (pattern === undefined) return { name: `${path} (secrets)`, path: pathOf(path), find: secretSpans }
  const find = patternOf(pattern)
  if (find === undefined) return undefined
  if (kind === undefined) return { name: `${path} (pattern)`, path: pathOf(path), find }
  return {
    name: `${path} (secrets, pattern)`,
    path: pathOf(path),
    find: (text) => [...find(text), ...secretSpans(text)],
  }
}
