import { defineDetector, hash32, hours, isAct, isActing, looked } from 'rescind/detect'
import { Type } from 'typebox'

interface State {
  /** What was told in this task: [digest of tool and words, when] flattened, newest last. */
  told: number[]
}
const width = 2
const most = 64

const bits = (value: number, description: string) => Type.Number({ default: value, description })

export default defineDetector({
  id: 'tool-drift',
  version: 1,
  key: 'task',
  rule: true,
  title: 'Tool whose definition changed, shadows another, or addresses the model',
  why: 'A server that was harmless when it was approved may change what its tools take and say. The model obeys descriptions that no person reads again.',
  needs: ['tool'],
  blindSpots: [
    'A tool that was malicious when it was pinned and whose text gives no order: it is known by what it does.',
    'Orders in words or languages that the point does not know; what they name is still untrusted text.',
    'Tools of clients that never list them, and points that do not report definitions.',
  ],
  falseAlarms: [
    'An update that adds a recipient, URL, command or secret parameter: look at it and accept it.',
    'A tool whose purpose is to send to the one address that its description names: accept it once.',
  ],
  labels: ['ASI02', 'ASI04', 'AML.T0051.001', 'T1195.002', 'SI-7'],
  options: Type.Object({
    lookingBits: bits(14.5, 'A reading call of a tool that added a danger or gives orders.'),
    actingBits: bits(10.5, 'Another call of such a tool.'),
    again: Type.Integer({ default: hours(1), description: 'The same is told again in a task after this time, ms.' }),
  }),
  state: (): State => ({ told: [] }),
  step(state, event, { options }) {
    const drift = event.tool?.drift
    if (drift === undefined || !isAct(event)) return null
    // A person has looked at it.
    if (event.approval !== undefined) return looked
    const { told } = state
    const key = hash32(`${event.tool?.server ?? ''} ${event.tool?.name ?? ''} ${drift.because}`)
    for (let i = 0; i < told.length; i += width) {
      if (told[i] !== key) continue
      if (event.time - (told[i + 1] as number) < options.again) return looked
      told.splice(i, width)
      break
    }
    if (told.length >= most * width) told.splice(0, width)
    told.push(key, event.time)
    if (!drift.holds) return { bits: 0, note: true, because: drift.because }
    const bits = isActing(event) ? options.actingBits : options.lookingBits
    return { bits, everyTime: true, because: drift.because }
  },
})
