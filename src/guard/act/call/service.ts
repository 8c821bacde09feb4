import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { set, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { gravity, type Sink } from '../../../model/sink.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Leaf } from './walk.ts'

/** A service of a house that a call names: `light.turn_on`, and what that comes to. */
export interface Service {
  name: string
  sink: Sink
  /** What names it, where its verb says what is done: no thing that it is done to. */
  by: readonly Leaf[]
}

/** Words of a tool that calls whatever service its arguments name, and says nothing of it itself. */
const caller = set(
  'call invoke run execute perform trigger service services action tool ha hass home assistant homeassistant',
)
const plain = /^[a-z][a-z\d_]{0,63}$/
const whole = /^([a-z][a-z\d_]{0,63})\.([a-z][a-z\d_]{0,63})$/
const carrying = /^(?:|args|arguments|params|parameters|input|data)$/i

/** Runs what it is given, in code or in words, or speaks to whatever hangs on a wire. */
const runs =
  set(`shell command python pyscript rest hassio supervisor addon ssh exec eval code javascript conversation assist intent llm
  mqtt zwave zha zigbee modbus knx raw`)
/** What keeps others out or keeps watch, and what acts by itself. */
const guards = set('lock alarm cover garage gate door valve siren')
const actors = set('automation script')
const watches = set('camera detector')
const opens = set('unlock disarm')
const shuts = set('close lock arm')
/** What concerns the house as a whole: which thing is meant is said beside it, or all are. */
const wide = set('homeassistant core system group all')
const switches =
  set(`turn toggle set switch press select play pause media volume start stop return dock locate increase decrease increment
  decrement dim close lock arm speak say oscillate`)
const graver: ReadonlySet<Sink> = new Set(['outward', 'money', 'persistence', 'approval', 'irreversible'])

/** Which service a call of a generic caller names; undefined where it is none, or not named plainly. */
export function serviceOf(leaves: readonly Leaf[], { words, sink, from }: ToolModel): Service | undefined {
  if (sink !== 'execution' || from !== 'name' || !words.every((word) => caller.has(word))) return undefined
  const named = (pattern: RegExp) =>
    leaves.filter(
      ({ name, above, key }) => key !== true && pattern.test(name) && above.every((each) => carrying.test(each)),
    )
  const said = (pattern: RegExp) => {
    const found = named(pattern)
    return found.length === 1 && typeof found[0]?.value === 'string' ? found[0].value : undefined
  }
  const service = said(/^(?:service|service_?name)$/i) ?? said(/^action$/i)
  const domain = said(/^domain$/i)
  const [, head = domain, tail = service] = whole.exec(service ?? '') ?? []
  if (head === undefined || tail === undefined || !plain.test(head) || !plain.test(tail)) return undefined
  if (domain !== undefined && domain !== head) return undefined
  const name = `${head}.${tail}`
  const comesTo = sinkOf(wordsOf(head), wordsOf(tail), thingsIn(leaves, name))
  const isPlainly = comesTo !== 'execution' && comesTo !== 'outward' && switches.has(wordsOf(tail)[0] ?? '')
  const by = isPlainly ? named(/^(?:service|service_?name|action|domain)$/i) : []
  return { name, sink: comesTo, by }
}

/** What a switch is on, where it is no lamp: `switch.garage_door`. */
const switched = /^(?:switch|button|input_button|relay|scene)\.(?!.*(?:light|lamp|fan|heat|plug|socket))(.+)$/

/** Kinds of the things that a call names: light, of `light.hall`. */
const thingsIn = (leaves: readonly Leaf[], name: string): string[] =>
  leaves
    .filter((leaf) => leaf.key === true || /entit|target|^id$|device/i.test(leaf.name))
    .flatMap(({ value }) => String(value).split(/[\s,]+/, 256))
    .filter((each) => each !== name && whole.test(each))
    .flatMap((each) => [each.split('.')[0] ?? '', switched.exec(each)?.[1] ?? ''])
    .filter((each) => each !== '')

function sinkOf(domain: readonly string[], service: readonly string[], things: readonly string[]): Sink {
  const kinds = [...domain, ...things.flatMap(wordsOf)]
  const is = (of: readonly string[], words: ReadonlySet<string>) => of.some((word) => words.has(word))
  if (is([...kinds, ...service], runs)) return 'execution'
  const isShut = is(service, shuts) && !is(service, opens)
  if (is(service, opens) || (is(kinds, guards) && !isShut && !service.includes('stop'))) return 'persistence'
  const isOff = service.some((word) => /^(?:off|disable|toggle|stop|pause|remove|delete)$/.test(word))
  if (is(kinds, watches) && isOff) return 'persistence'
  // To start one is to let it act; to switch one on or off is to say what acts later.
  if (is(kinds, actors))
    return (kinds.includes('automation') && service.includes('turn')) || isOff ? 'persistence' : 'execution'
  if (is(domain, wide) && things.length === 0) return 'execution'
  if (kinds.includes('notify') || service.includes('notify')) return 'outward'
  const read = readName([...service, ...domain].join('_'))?.sink
  if (read !== undefined && graver.has(read) && gravity(read) > gravity('shared')) return read
  return is(service, switches) || read === 'shared' ? 'shared' : 'execution'
}
