import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { shared } from '../../../formats/kit/tool-name/nouns.ts'
import type { NameReading } from '../../../formats/kit/tool-name/read-name.ts'
import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'
import * as property from '../roles/property-words.ts'
import type { ToolModel } from './model.ts'
import { alters } from './operation.ts'
import type { DeclaredProperty } from './schema.ts'

/** What a tool is held to do so far. */
export interface ToolSink {
  sink: Sink
  because: string
  from: ToolModel['from']
  requests?: true
}

/** Last words of the names. */
export const heads = (properties: readonly DeclaredProperty[]) =>
  new Set(properties.map((each) => singular(wordsOf(each.name).at(-1) ?? '')))

/** Its verbs look, send or run, or what it makes is a request: without a body that is a visit. */
const isOfRequest = ({ doing, words }: NameReading): boolean =>
  !doing.some((each) => alters.has(each) || each === 'pay') &&
  (!doing.includes('make') || /^(?:request|req|call|fetch)s?$/.test(words.at(-1) ?? ''))

/** Where a request goes that the arguments make up: its url, or the path of a service, stands beside its method or what is sent. */
function requestIn(properties: readonly DeclaredProperty[]): string | undefined {
  const levels = new Map<string, Set<string>>()
  for (const { pattern, name } of properties) {
    const level = levelOf(pattern)
    levels.set(level, (levels.get(level) ?? new Set()).add(singular(wordsOf(name).at(-1) ?? '')))
  }
  for (const names of levels.values()) {
    const url = ['url', 'uri', 'endpoint'].find((word) => names.has(word)) ?? (isRequest(names) ? 'path' : undefined)
    if (url !== undefined && ['method', 'body', 'payload', 'formdata'].some((word) => names.has(word))) return url
  }
  return undefined
}

const carrier = new RegExp(`^(?:${property.carriers})$`, 'i')
/** What a property stands in, past what only carries arguments: `options.method` stands beside `url`. */
const levelOf = (pattern: string): string =>
  pattern
    .split('.')
    .slice(0, -1)
    .filter((step) => !carrier.test(step))
    .join('.')

/** It takes the method of a request and its path. */
export const isRequest = (names: ReadonlySet<string>): boolean =>
  names.has('path') && (names.has('method') || names.has('verb')) && !names.has('content')

/** What sounds like the agent's own keeping, and is not by what it takes: amounts for a party, a branch by the id that a service gave it. */
function worksElsewhere(
  reading: NameReading | undefined,
  strings: readonly DeclaredProperty[],
): Pick<ToolSink, 'sink' | 'because'> | undefined {
  const all = strings.map(({ name }) => wordsOf(name).map(singular))
  const has = (pattern: RegExp) => all.some((words) => words.some((word) => pattern.test(word)))
  if (has(/^(?:amount|price|total|sum)$/) && has(/^(?:contact|customer|supplier|vendor|payee|client|account|invoice)$/))
    return { sink: 'money', because: 'takes an amount and whose it is' }
  const versioned = reading?.words.map(singular).find((word) => /^(?:branch|commit|worktree)$/.test(word))
  if (versioned === undefined || !all.some(([first, second]) => first === versioned && second === 'id'))
    return undefined
  return reading?.words.includes('merge') === true
    ? { sink: 'approval', because: `merges a ${versioned} of a service` }
    : { sink: 'shared', because: `works on a ${versioned} of a service` }
}

/** Where the place is not named, arguments show it; arguments of a sender or caller raise. */
export function bySchema(
  judged: ToolSink,
  reading: NameReading | undefined,
  properties: readonly DeclaredProperty[],
): ToolSink {
  const strings = properties.filter((each) => each.type !== 'boolean')
  const names = heads(strings)
  const has = (...words: string[]) => words.find((word) => names.has(word))
  // Files that go along in a list are no paths, where an id says whose they are.
  const isList = ({ pattern, type }: DeclaredProperty) =>
    type === 'array' && properties.some((each) => each.pattern === `${pattern}[]` && each.type === 'object')
  const isOfThing = strings.some(({ name }) => /._?id$/i.test(name) && wordsOf(name).length > 1)
  const places = isOfThing ? heads(strings.filter((each) => !isList(each) && !each.pattern.endsWith('[]'))) : names
  const pathish = ['path', 'filepath', 'file', 'filename', 'directory', 'dir'].find((word) => places.has(word))
  // What lies within a file is where the file is.
  const isRemote = (word: string) =>
    property.remoteWords.has(word) && !(pathish !== undefined && property.inFileWords.has(word))
  const remote = strings
    .map((each) => wordsOf(each.name).map(singular))
    .find(
      (words) =>
        words.some(isRemote) &&
        !words.includes('path') &&
        words.every((word) => property.remoteWords.has(word) || /^(?:id|name|key|slug|url|number)$/.test(word)),
    )
  const act = { ...judged }
  const elsewhere = act.sink === 'own' ? worksElsewhere(reading, strings) : undefined
  if (elsewhere !== undefined) return { ...act, ...elsewhere, from: 'schema' }
  // A path beside an id of somebody's project is a path in that project.
  const theirs =
    remote !== undefined &&
    (pathish === undefined ||
      names.has('owner') ||
      names.has('namespace') ||
      names.has('bucket') ||
      (remote.length > 1 && /^(?:id|key|slug)$/.test(remote.at(-1) ?? '')))
  if (act.sink === 'look' && reading?.words.includes('select') === true && has('value', 'option') !== undefined)
    return { ...act, sink: 'shared', because: `${act.because} of a value`, from: 'schema' }
  if (act.sink === 'own' && theirs)
    return { ...act, sink: 'shared', because: `${act.because} in a ${remote?.[0]} of others`, from: 'schema' }
  const keeps = reading === undefined || reading.doing.some((each) => each === 'make' || each === 'change')
  const placed = new Nouns(reading?.words ?? []).words.some(
    (word) => shared.has(word) && !(pathish !== undefined && property.inFileWords.has(word)),
  )
  if (
    act.sink === 'shared' &&
    !placed &&
    !isRequest(names) &&
    pathish !== undefined &&
    remote === undefined &&
    judged.from !== 'nothing' &&
    keeps
  )
    return { ...act, sink: 'own', because: `${act.because}, at a ${pathish}`, from: 'schema' }
  // From one file to another.
  const files = strings.filter(({ name }) =>
    /^(?:path|file|filepath|filename)$/.test(singular(wordsOf(name).at(-1) ?? '')),
  )
  if (
    act.sink === 'outward' &&
    /^(?:export|save)$/.test(reading?.words[0] ?? '') &&
    files.length > 1 &&
    remote === undefined
  )
    return { ...act, sink: 'own', because: `${act.because}, from a file to a file`, from: 'schema' }
  // `{method, path, body}`: the path is one of a service.
  const url = requestIn(strings)
  if (url !== undefined && (act.sink === 'look' || act.sink === 'shared'))
    return {
      sink: 'outward',
      because: `${act.because}; takes a ${url} and what is sent there`,
      from: 'schema',
      ...(reading === undefined || isOfRequest(reading) ? { requests: true } : {}),
    }
  const to = has('to', 'cc', 'bcc', 'recipient')
  if (act.sink === 'look' && to !== undefined && has('body', 'message', 'subject', 'content', 'attachment'))
    return { ...act, sink: 'outward', because: `${act.because}; takes ${to} and what is sent`, from: 'schema' }
  // What a workload is made of is what runs there.
  const image = has('image')
  const workload = has('deployment', 'container', 'workload', 'statefulset', 'daemonset', 'pod')
  if (image !== undefined && workload !== undefined && (act.sink === 'own' || act.sink === 'shared'))
    return { ...act, sink: 'execution', because: `${act.because}; takes the ${image} of a ${workload}`, from: 'schema' }
  // An agent that starts by itself later.
  const later = has('schedule', 'cron', 'rrule', 'recurrence')
  if (has('prompt', 'instruction') !== undefined && later !== undefined && act.sink === 'shared')
    return { ...act, sink: 'persistence', because: `${act.because}; takes a prompt and its ${later}`, from: 'schema' }
  const command = has('command', 'cmd', 'script', 'code', 'sql')
  if (act.sink === 'look' && judged.from !== 'name' && command !== undefined)
    return { ...act, sink: 'execution', because: `${act.because}; takes a ${command}`, from: 'schema' }
  return act
}
