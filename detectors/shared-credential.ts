import { defineDetector, hours, human, networkOf } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** Who used it, from where, with the event and time of the last use: [agent, network, event, time] flattened, the latest last. */
  users: (string | number)[]
}
const width = 4
const maxUsers = 8

export default defineDetector({
  id: 'shared-credential',
  version: 3,
  key: 'credential',
  rule: true,
  title: 'One credential used by several agents or from several networks',
  why: 'A credential belongs to one workload. Seen with another it was copied, leaked or lent, and no agent’s own history shows it.',
  needs: ['credential'],
  blindSpots: ['Enforcement points that do not report the credential.', 'A thief on the same workload and network.'],
  falseAlarms: [
    'Replicas behind one name: report the same agent id.',
    'A service account shared on purpose: allow it by policy, and plan its end.',
  ],
  labels: ['ASI03', 'NHI9:2025', 'T1550.001', 'IA-5'],
  options: Type.Object({
    window: Type.Integer({
      default: hours(24),
      description: 'Two uses further apart are not held together, ms of event time.',
    }),
    bits: Type.Number({ default: 20, description: 'Evidence when agent and network both differ.' }),
    agentBits: Type.Number({ default: 14, description: 'Evidence when only the agent differs.' }),
  }),
  state: (): State => ({ users: [] }),
  wants: (event, kit) => event.credential !== undefined && kit.introduced,
  step(state, event, { options }) {
    if (event.credential === undefined) return null
    const { users } = state
    const network = networkOf(event)
    const agent = event.agent.id
    // Whoever uses it again goes to the end, so that the first is the one who used it longest ago.
    const mine = userAt(users, (at) => users[at] === agent && users[at + 1] === network)
    if (mine >= 0) users.splice(mine, width)
    const since = event.time - options.window
    const isOther = (i: number) => users[i] !== agent && (users[i + 3] as number) >= since
    const isElsewhere = (i: number) => network !== '' && users[i + 1] !== '' && users[i + 1] !== network
    // Somebody from another network says more than one of whom nobody knows where he was.
    const elsewhere = mine >= 0 ? -1 : userAt(users, (i) => isOther(i) && isElsewhere(i))
    const at = mine >= 0 || elsewhere >= 0 ? elsewhere : userAt(users, isOther)
    // Taken out before the list moves.
    const other = at < 0 ? undefined : users.slice(at, at + width)
    if (users.length >= maxUsers * width) users.splice(0, width)
    users.push(agent, network, event.id, event.time)
    if (other === undefined) return null
    const [who, where, lastEvent, last] = other as [string, string, string, number]
    return {
      bits: elsewhere >= 0 ? options.bits : options.agentBits,
      because: `credential ${event.credential.id} used by ${agent}${from(network)}, ${human(Math.max(0, event.time - last))} after ${who}${from(where)}`,
      evidence: [lastEvent],
    }
  },
})

const from = (network: string): string => (network === '' ? '' : ` from ${network}`)

/** Where the latest of them that fits begins; -1: none does. */
function userAt(users: State['users'], fits: (at: number) => boolean): number {
  for (let at = users.length - width; at >= 0; at -= width) if (fits(at)) return at
  return -1
}
