import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readYaml } from '../config/yaml-file.ts'
import { invalidFile, RescindError, unreadableFile, wordsOf } from '../errors.ts'
import { parseToolTable, type ToolTable } from '../guard/mcp/tools/tools.ts'
import { faultsOf } from '../model/faults.ts'
import { Scope } from '../model/scope.ts'
import { type Knowledge, parseKnowledge } from '../protocol/knowledge.ts'
import { destinationOf } from './digest.ts'

/** The scope in a file; whose it is, the options say. Destinations may stand in it as they are read: they become digests. */
export function scopeIn(path: string, { agent, tenant }: { agent: string; tenant: string }): Scope {
  const file = readYaml(path, true)
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    throw invalidFile(path, [{ path: 'scope', message: 'must be a group of named values, such as actions: [read]' }])
  const scope = { id: `guard:${agent}`, ...file, agent, tenant }
  const faults = faultsOf(Scope, scope, 'scope')
  if (faults.length > 0) throw invalidFile(path, faults)
  const { destinations, ...rest } = scope as Scope
  return destinations === undefined ? rest : { ...rest, destinations: destinations.map(destinationOf) }
}

/** The operator’s table of tools. */
export function toolTableIn(path: string): ToolTable {
  const parsed = parseToolTable(readYaml(path, true))
  if ('faults' in parsed) throw invalidFile(path, parsed.faults)
  return parsed.table
}

/** What is known of the agent, as the monitor answered it. */
export function knowledgeIn(path: string): Knowledge {
  const parsed = parseKnowledge(readYaml(path, true))
  if ('faults' in parsed) throw invalidFile(path, parsed.faults)
  return parsed.knowledge
}

/** A key or token that stands alone in a file. */
export function keyIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

const unwritable = (setting: string, path: string, cause: unknown): RescindError =>
  new RescindError(
    'CONFIG_FILE_UNREADABLE',
    `${setting}: ${path} cannot be written: ${wordsOf(cause)}. Give another path, or the right to write there.`,
    { cause },
  )

/** A folder that the guard writes to later, made where it is not there. */
export function folderFor(setting: string, path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    accessSync(path, constants.W_OK)
  } catch (cause) {
    throw unwritable(setting, path, cause)
  }
  return path
}

/** A file that the guard writes to later, with its first text; `undefined`: as it is, or not there yet. */
export function fileFor(setting: string, path: string, text?: string): string {
  try {
    if (text !== undefined) writeFileSync(path, text)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder')
  } catch (cause) {
    throw unwritable(setting, path, cause)
  }
  return path
}
