import { classOf } from '../../formats/kit/action-class.ts'
import { gravity, type Sink } from '../../model/sink.ts'
import { readCall } from './call/read-call.ts'
import type { ActContext } from './context.ts'
import type { ToolModel } from './tool/model.ts'
import type { Act } from './types.ts'

/** What this very call does: the tool's model, and what the arguments hold. Never throws; bounded. */
export function actOf(model: ToolModel, args: unknown, context: ActContext): Act {
  try {
    return readCall(model, args, context)
  } catch {
    // A fault of ours, or arguments that answer differently each time: the gravest reading.
    const sink: Sink = gravity(model.sink) > gravity('execution') ? model.sink : 'execution'
    return { sink, action: classOf(sink), parts: [], items: 1, cut: true, because: 'its arguments could not be read' }
  }
}
