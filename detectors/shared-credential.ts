import { defineDetector, hours, human } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** Who used it, from where, with the event and time of the last use: [agent, network, event, time] flattened. */
  users: (string | number)[]
}
const width = 4
const maxUsers = 8

export default defineDetector({
  id: 'shared-credential',
  version: 1,
  key: 'credential',
  rule: true,
  stake: 0,
  title: 'One credential used by several agents or from several networks',
  why: 'A credential belongs to one workload. Seen with another it was copied, leaked or lent, and no agent’s own history shows it.',
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
    const network = event.source?.network ?? event.source?.ip ?? ''
    const agent = event.agent.id
    let mine = -1
    for (let i = 0; i < users.length; i += width) if (users[i] === agent && users[i + 1] === network) mine = i
    if (mine >= 0) {
      users[mine + 2] = event.id
      users[mine + 3] = event.time
      return null
    }
    let other = -1
    for (let i = 0; i < users.length; i += width)
      if (users[i] !== agent && (users[i + 3] as number) >= event.time - options.window) other = i
    if (users.length >= maxUsers * width) users.splice(0, width)
    users.push(agent, network, event.id, event.time)
    if (other < 0) return null
    if (other >= users.length - width) return null
    const apart = users[other + 1] !== network && users[other + 1] !== '' && network !== ''
    return {
      bits: apart ? options.bits : options.agentBits,
      because: `credential ${event.credential.id} used by ${agent}${network === '' ? '' : ` from ${network}`}, ${human(
        Math.max(0, event.time - (users[other + 3] as number)),
      )} after ${String(users[other])}${users[other + 1] === '' ? '' : ` from ${String(users[other + 1])}`}`,
      evidence: [users[other + 2] as string],
    }
  },
})
