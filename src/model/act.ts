import { type Static, Type } from 'typebox'

/** What kind of observation an event is. */
export const Kind = Type.Union([
  Type.Literal('attempt'),
  Type.Literal('outcome'),
  Type.Literal('task-start'),
  Type.Literal('task-end'),
  Type.Literal('credential-issued'),
  Type.Literal('approval'),
  Type.Literal('decision'),
  Type.Literal('heartbeat'),
])

/** What an act does, from harmless to dangerous. */
export const ActionClass = Type.Union([
  Type.Literal('read'),
  Type.Literal('list'),
  Type.Literal('write'),
  Type.Literal('delete'),
  Type.Literal('execute'),
  Type.Literal('export'),
  Type.Literal('admin'),
  Type.Literal('authenticate'),
  Type.Literal('approve'),
])

export const Sensitivity = Type.Union([
  Type.Literal('public'),
  Type.Literal('internal'),
  Type.Literal('confidential'),
  Type.Literal('restricted'),
])

/** What an enforcement point did with the act. */
export const Outcome = Type.Union([
  Type.Literal('allowed'),
  Type.Literal('denied'),
  Type.Literal('stepped-up'),
  Type.Literal('sanitised'),
  Type.Literal('failed'),
])

export type Kind = Static<typeof Kind>
export type ActionClass = Static<typeof ActionClass>
export type Sensitivity = Static<typeof Sensitivity>
export type Outcome = Static<typeof Outcome>
