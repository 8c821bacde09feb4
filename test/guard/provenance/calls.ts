import { actOf, describeTool } from '../../../src/guard/act/index.ts'
import type { Call } from '../../../src/guard/provenance/index.ts'
import type { ActionClass } from '../../../src/model/event.ts'

/** A call as a test words it; what it does is worked out as the guard works it out. */
export interface ToolCall {
  tool: string
  action?: ActionClass
  args: unknown
  known?: (hash: string) => boolean
}

export function callOf({ tool, action, args, known }: ToolCall): Call {
  const model = describeTool({ name: tool }, action === undefined ? undefined : { action })
  return { tool, act: actOf(model, args, { roots: [] }), args, ...(known === undefined ? {} : { known }) }
}
