import { graver } from '../../../model/sink.ts'
import { type Act, naming, type Part } from '../../act/index.ts'
import { decodings, identitiesIn } from '../../identity/index.ts'
import type { Examination } from '../call.ts'
import type { Memory } from '../memory.ts'
import { isVerbAsked, toolStems } from '../proof/asked.ts'
import { runsBrought } from '../proof/brought.ts'
import { isDoubtful } from '../proof/proof.ts'
import { grave } from './aims.ts'
import { type Value, valuesOf } from './values.ts'

/** A call with what is found of its values in the request and in what was read, before anything is made of it. */
export interface CallInHand {
  call: Examination
  /** As the call is, and execution at least where it runs what is not the agent’s own. */
  act: Act
  isForeign: boolean
  /** It is no look, and leaves the agent’s own space. */
  acts: boolean
  /** Its sink is aimed by names and numbers too. */
  isGrave: boolean
  /** It only opens pages in a place of others’, while nothing is sent with them. */
  onlyVisits: boolean
  values: readonly Value[]
  /** Those that aim: no payload, no control. */
  counted: readonly Value[]
  selectors: readonly Value[]
  /** Of the counted, those written by somebody, and without proof. */
  doubtful: readonly Value[]
  /** Stems of the tool’s name. */
  stems: readonly number[]
  /** The request has the tool’s verb. */
  isVerbAsked: boolean
  /** The request asks for the very act: what it is done to may be read up. */
  isFullyAsked: boolean
  /** The request has half of the tool’s words, or its verb. */
  isAskedFor: boolean
}

export function inHand(memory: Memory, call: Examination): CallInHand {
  const isForeign = runsBrought(memory, call.act)
  const act: Act = isForeign ? { ...call.act, sink: graver(call.act.sink, 'execution') } : call.act
  const isGrave = grave.has(act.sink) || act.unclear === true
  const values = [...act.parts, ...veiled(act.parts)].flatMap((part) => valuesOf(memory, part, call.known, isGrave))
  const counted = values.filter(
    ({ part: { role } }) => role !== 'payload' && role !== 'control' && (role !== 'command' || isGrave),
  )
  const stems = toolStems(call.tool, memory)
  const verbAsked = isVerbAsked(stems, memory)
  const stemsAsked = stems.filter((stem) => memory.request.stems.has(stem)).length
  return {
    call,
    act,
    isForeign,
    acts: act.sink !== 'look' && act.sink !== 'own',
    isGrave,
    onlyVisits:
      act.sink === 'shared' &&
      act.opens === true &&
      act.adds !== true &&
      act.unclear !== true &&
      !act.parts.some((part) => part.role === 'payload' || part.kind === naming),
    values,
    counted,
    selectors: counted.filter((v) => v.part.role === 'selector'),
    doubtful: counted.filter((v) => isDoubtful(memory, v, act.sink)),
    stems,
    isVerbAsked: verbAsked,
    isFullyAsked: verbAsked && stemsAsked * 2 > stems.length,
    isAskedFor: verbAsked || (stemsAsked > 0 && stemsAsked * 2 >= stems.length),
  }
}

/** What a command or link holds in another spelling: base64, hex, percent. */
const veiled = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part) =>
    part.role !== 'command' && part.kind !== 'url'
      ? []
      : decodings(part.text).flatMap((text) => [
          { ...part, text },
          ...identitiesIn(text).map(
            (each): Part => ({ ...part, role: 'destination', kind: each.kind, text: each.canonical }),
          ),
        ]),
  )
