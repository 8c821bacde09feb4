import type { Static } from 'typebox'
import type { Review } from '../../model/receipt.ts'
import type { Standing } from '../../policy/command-table.ts'
import { maxWidened, widening } from '../../policy/widen.ts'
import type { ApiParts } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import type { Widening } from '../server/schemas.ts'

/** What an answer lets go besides the held act, looked at before it is written down: what cannot be is refused here. */
export function ordersWidening(
  { monitor }: ApiParts,
  { command, state }: Standing,
  given: Static<typeof Widening> | undefined,
): (review: Review) => { review: Review; widened?: string } {
  return (review) => {
    if (given === undefined) return { review }
    const { forMs, ...rest } = given
    const { expiry } = monitor.policy.policy
    const until = review.time + (forMs ?? Math.min(expiry['step-up'], expiry.widening))
    const answer = { ...review, widen: { ...rest, until } }
    const ordered = state === 'proposed' ? 'it is not issued' : widening(command, answer, monitor.policy)
    if (typeof ordered === 'string')
      throw refusal('API_INVALID', `The approval cannot be widened: ${ordered}.`, { status: 409, field: 'body.widen' })
    const standing = [...monitor.commandTables.of(command.tenant).table.commands.values()]
    if (
      standing.filter((s) => s.command.widens !== undefined && s.command.agent === command.agent).length >= maxWidened
    )
      throw refusal('API_INVALID', `The agent has ${maxWidened} widened approvals already: release one first.`, {
        status: 409,
        field: 'body.widen',
      })
    return { review: answer, widened: ordered.id }
  }
}
