import { type AgentEvent, defineDetector, hash32, indexOf, isAct, isActing, looked, permitsTool } from 'rescind/detect'
import { Type } from 'typebox'

const bits = (value: number, description: string) => Type.Number({ default: value, description })

export default defineDetector({
  id: 'untrusted-destination',
  version: 2,
  key: 'task',
  rule: true,
  stake: 0,
  title: 'Call whose destination, values or tool only running text supplied',
  why: 'Injected text names where to send things and what to call. A value that stands only in the sentences of what was read, and neither in the request nor as a field that a system returned, is the strongest single sign of a hijack.',
  blindSpots: [
    'Harm with an asked-for tool and a value from a clean listing: it needs a declared scope.',
    'An attacker who controls a whole field: a sender’s address, a name in a listing, a JSON string.',
    'Values that the agent was told to decode or to put together.',
    'Enforcement points that do not report where a destination was first seen.',
  ],
  falseAlarms: [
    'A task that asks the agent to follow what a document says: declare the destinations or approve the step-up.',
    'The first tasks in a new environment: let it learn first, so that its usual addresses are known.',
  ],
  labels: ['ASI01', 'AML.T0051.001', 'AML.T0086', 'AC-4'],
  options: Type.Object({
    identifierBits: bits(10.5, 'An acting call with an untrusted address, link, account or other identifier.'),
    valueBits: bits(10.2, 'An acting call without identifiers, with another untrusted value, that nobody asked for.'),
    namedBits: bits(10, 'Running text names an acting tool that the request does not ask for.'),
    lookingBits: bits(14.5, 'A reading call to an untrusted link or address: a visit tells its host something.'),
    namedShare: Type.Number({
      default: 0.66,
      description:
        'Share of its name by which text names a tool outside the declared scope; all of it without a scope.',
    }),
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
    const what = `${event.action ?? 'act'} ${tool?.name ?? ''}`.trim()
    if (provenance.untrusted === 'identifier') {
      const given = acting ? options.identifierBits : options.lookingBits
      return {
        bits: provenance.request === undefined ? Math.min(given, options.fieldBits) : given,
        because: `${what} ${aimOf(event)}, which stands only in running text that was read, not in the request`,
      }
    }
    if (!acting) return looked
    if (provenance.untrusted === 'value')
      return { bits: options.valueBits, because: `${what}, not asked for, with a value only running text supplied` }
    const { named = 0 } = provenance
    const isNamed =
      scope?.tools === undefined || tool === undefined
        ? named >= 1 && provenance.identifies !== true
        : named >= options.namedShare && !permitsTool(scope, tool)
    if (isNamed)
      return { bits: options.namedBits, because: `${what}, which running text named and the request did not` }
    return looked
  },
})

type Destination = NonNullable<AgentEvent['destinations']>[number]

/** A destination out of tool output that this agent never used in a clean task. */
const strayOf = (event: AgentEvent, usual: Parameters<typeof indexOf>[0]): Destination | undefined =>
  event.destinations?.find((d) => d.seen?.in === 'tool-output' && indexOf(usual, hash32(d.hash)) < 0)

const whereOf = ({ seen }: Destination): string =>
  seen?.call === undefined ? 'tool output' : `the output of call ${seen.call}`

function aimOf({ destinations }: AgentEvent): string {
  const aim = destinations?.find((d) => d.seen?.form === 'prose')
  if (aim === undefined) return 'with an identifier'
  const from = aim.seen?.call === undefined ? '' : ` (output of call ${aim.seen.call})`
  return `to ${aim.kind ?? 'destination'} ${aim.display ?? aim.hash}${from}`
}
