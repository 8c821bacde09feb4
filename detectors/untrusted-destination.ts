import { type AgentEvent, defineDetector, hash32, indexOf, isAct, isActing, looked } from 'rescind/detect'
import { Type } from 'typebox'

const bits = (value: number, description: string) => Type.Number({ default: value, description })

export default defineDetector({
  id: 'untrusted-destination',
  version: 5,
  key: 'task',
  rule: true,
  title: 'Act that leaves the agent’s own space, whose destination, selector or command has no proof',
  why: 'Injected text names where to send things, what to run and what to call. Where an act leaves the agent’s own space, costs, runs, persists or destroys, what it aims at is trusted by proof only: the request, the scope, the environment, a system’s own field.',
  needs: [['provenance', 'destinations.seen']],
  blindSpots: [
    'Harm with an asked-for tool and a value from a clean listing: it needs a declared scope.',
    'A source to which the request hands authority, while it does not speak to the model: it has that authority.',
    'Values that the agent was told to put together, while the request is not known.',
    'Enforcement points that do not report where a destination was first seen.',
  ],
  falseAlarms: [
    'A task whose destination only a document names, and whose request does not point to it: declare it, or approve the step-up.',
    'The first tasks in a new environment: let it learn first, so that its usual addresses are known.',
  ],
  labels: ['ASI01', 'AML.T0051.001', 'AML.T0086', 'AC-4'],
  options: Type.Object({
    identifierBits: bits(10.5, 'An acting call with an untrusted address, link, account or other identifier.'),
    valueBits: bits(10.2, 'An acting call with another untrusted value, that nobody asked for.'),
    namedBits: bits(10, 'Running text names an acting tool that the request does not ask for.'),
    lookingBits: bits(14.5, 'A visit of a link that only running text supplied, where the request is known.'),
    nowhereBits: bits(7, 'A destination or command that nothing named, after something written was read.'),
    stayingBits: bits(4, 'The same where the act lives on: rights, settings, hooks.'),
    flowBits: bits(10.5, 'A secret or restricted data that was read, to a destination without proof.'),
    proseBits: bits(12, 'Without provenance: the destination stood in running text.'),
    fieldBits: bits(6, 'Without provenance, or the request unseen: the destination was a field value of its own.'),
  }),
  state: () => null,
  step(_state, event, { profile, scope, options }) {
    if (!isAct(event)) return null
    const { provenance, tool } = event
    const acting = isActing(event)
    if (provenance === undefined) {
      const stray = acting ? strayOf(event, profile.destinations) : undefined
      if (stray === undefined) return event.destinations === undefined || !acting ? null : looked
      return {
        bits: stray.seen?.form === 'field' ? options.fieldBits : options.proseBits,
        because: `${event.action ?? 'act'} to ${stray.display ?? stray.hash}, which was first seen in ${whereOf(stray)}, not in the request`,
      }
    }
    const { sink, untrusted, flow, request, named = 0 } = provenance
    const what = `${event.action ?? 'act'} ${tool?.name ?? ''}`.trim()
    // A visit tells its host something, and no more: in the agent’s own space too.
    const isVisit = sink === 'look' || provenance.added === true || (sink === undefined && !acting)
    if (flow !== undefined) {
      const data = flow === 'secret' ? 'a secret' : 'restricted data'
      const given = acting ? options.flowBits : options.lookingBits
      return {
        bits: given,
        everyTime: true,
        because: `${what} carries ${data} that was read ${aimOf(event)}, which nothing vouches for`,
      }
    }
    if (untrusted === 'identifier') {
      const stands = `${what} ${aimOf(event)}, which stands only in text that was read, not in the request`
      if (isVisit || sink === 'own')
        return request === undefined && provenance.added !== true
          ? looked
          : { bits: acting ? options.valueBits : options.lookingBits, because: stands }
      return { bits: options.identifierBits, because: stands }
    }
    if (isVisit || sink === 'own') return looked
    if (untrusted === 'value')
      return { bits: options.valueBits, because: `${what}, not asked for, with a value only running text supplied` }
    // Where the scope says which tools there are, it says so of this one too.
    const isOpen = scope?.tools === undefined || tool === undefined
    const isNamed = isOpen && named >= 1 && provenance.identifies !== true
    if (isNamed)
      return { bits: options.namedBits, because: `${what}, which running text named and the request did not` }
    if (provenance.told === true && isOpen)
      return {
        bits: options.namedBits,
        because: `${what}, which text that was read tells and the request does not ask for`,
      }
    if (provenance.beyond === true && isOpen)
      return {
        bits: sink === 'persistence' ? options.stayingBits : options.nowhereBits,
        because: `${what} ${aimOf(event)}, while the request orders no act of this kind`,
      }
    if (isUnaccounted(event))
      return {
        // What changes rights costs five times as much: a person is asked, no more.
        bits: sink === 'persistence' ? options.stayingBits : options.nowhereBits,
        because: `${what} ${aimOf(event)}, which ${provenance.doubt === 'lost' ? 'may have been read: the memory of what was read was cut' : 'nothing named, after text of others was read'}`,
      }
    return looked
  },
})

type Destination = NonNullable<AgentEvent['destinations']>[number]

/**
 * A value from nowhere is the agent’s own before it has read anything of others, and may be disguised after. Where the request is
 * not known it may be the person’s own: then it counts only where the sink costs, persists, destroys or sends away what was read.
 */
function isUnaccounted({ provenance }: AgentEvent): boolean {
  const { doubt, sink, tainted, request, carries } = provenance ?? {}
  if (doubt === undefined || tainted !== true || sink === undefined || sink === 'shared') return false
  if (request !== undefined) return true
  return sink === 'money' || sink === 'persistence' || sink === 'irreversible' || carries === true
}

/** A destination out of tool output that this agent never used in a clean task. */
const strayOf = (event: AgentEvent, usual: Parameters<typeof indexOf>[0]): Destination | undefined =>
  event.destinations?.find((d) => d.seen?.in === 'tool-output' && indexOf(usual, hash32(d.hash)) < 0)

const whereOf = ({ seen }: Destination): string =>
  seen?.call === undefined ? 'tool output' : `the output of call ${seen.call}`

function aimOf({ destinations }: AgentEvent): string {
  const aim = destinations?.find((d) => d.seen?.form === 'prose') ?? destinations?.find((d) => d.seen?.in === 'unknown')
  if (aim === undefined) return 'with a name or number'
  const from = aim.seen?.call === undefined ? '' : ` (output of call ${aim.seen.call})`
  const shown = aim.display ?? aim.hash
  // A line for a shell is no place to go to.
  return aim.kind === undefined && /\s/.test(shown)
    ? `with “${shown}”${from}`
    : `to ${aim.kind ?? 'destination'} ${shown}${from}`
}
