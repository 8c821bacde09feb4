import { type Static, Type } from 'typebox'
import { ActionClass, Sensitivity } from '../../../model/event.ts'
import { Sink } from '../../../model/sink.ts'

export const RoleName = Type.Union([
  Type.Literal('destination'),
  Type.Literal('selector'),
  Type.Literal('command'),
  Type.Literal('payload'),
  Type.Literal('control'),
])

/** What the operator says of one tool. It overrides whatever name, schema and annotations say. */
export const ToolTableEntry = Type.Object(
  {
    /** Final: what a call holds does not change it. */
    sink: Type.Optional(Sink),
    /** Where no sink is given, name and class give one; what a call holds may raise it. */
    action: Type.Optional(ActionClass),
    /** By property path: `to`, `message.to[].address`. */
    roles: Type.Optional(Type.Record(Type.String({ minLength: 1, maxLength: 256 }), RoleName)),
    /** Its database holds nothing that anybody else relies on. */
    scratch: Type.Optional(Type.Boolean()),
    dataset: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    sensitivity: Type.Optional(Sensitivity),
  },
  { additionalProperties: false },
)
export type ToolTableEntry = Static<typeof ToolTableEntry>
