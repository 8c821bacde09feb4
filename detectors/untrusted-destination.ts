import { defineDetector, hash32, indexOf, isAct, isActing, looked } from 'rescind/detect'
import { Type } from 'typebox'

export default defineDetector({
  id: 'untrusted-destination',
  version: 1,
  key: 'task',
  rule: true,
  stake: 0,
  title: 'Acting call to a destination that came from tool output',
  why: 'Injected text names where to send things. A recipient that neither the principal nor the scope named, and that the agent never used, is the strongest single sign of a hijack.',
  blindSpots: [
    'Harm that needs no new destination.',
    'Enforcement points that do not report where a destination was first seen.',
  ],
  falseAlarms: [
    'A task that asks the agent to follow what a document says: declare the destinations or approve the step-up.',
  ],
  labels: ['ASI01', 'AML.T0051.001', 'AML.T0086', 'AC-4'],
  options: Type.Object({
    proseBits: Type.Number({ default: 12, description: 'The destination stood in running text.' }),
    fieldBits: Type.Number({ default: 6, description: 'The destination was a field value of its own.' }),
  }),
  state: () => null,
  step(_state, event, { profile, options }) {
    if (!isAct(event) || !isActing(event) || event.destinations === undefined) return null
    for (const destination of event.destinations) {
      const { seen } = destination
      if (seen?.in !== 'tool-output') continue
      if (indexOf(profile.destinations, hash32(destination.hash)) >= 0) continue
      const where = seen.call === undefined ? 'tool output' : `the output of call ${seen.call}`
      return {
        bits: seen.form === 'field' ? options.fieldBits : options.proseBits,
        because: `${event.action ?? 'act'} to ${destination.display ?? destination.hash}, which was first seen in ${where}, not in the request`,
      }
    }
    return looked
  },
})
