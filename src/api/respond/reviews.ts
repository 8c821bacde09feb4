import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { digest } from '../../model/digest.ts'
import type { Review } from '../../model/receipt.ts'
import { type ApiParts, callerOf, tenantOf } from '../server/context.ts'
import type { Reason } from '../server/schemas.ts'

export const Reviewed = Type.Object({
  id: Type.String(),
  verb: Type.String(),
  by: Type.String(),
  time: Type.Integer(),
  widened: Type.Optional(
    Type.String({ description: 'The command that lets further acts go; release it to take that back.' }),
  ),
  command: Type.Optional(
    Type.String({ description: 'The command that was ordered by hand; release it to take that back.' }),
  ),
})
type Ordered = Pick<Static<typeof Reviewed>, 'widened' | 'command'>

/** Writes down what a person answered. The person is the token’s subject; with the local key, whom the body names. */
export function reviewer({ monitor, clock, logger }: ApiParts) {
  return async (
    request: FastifyRequest<{ Body: Reason }>,
    verb: Review['verb'],
    about: Pick<Review, 'command' | 'finding' | 'agent' | 'order'>,
    /** What it orders; throws where it cannot. */
    orders: (review: Review) => { review: Review } & Ordered = (review) => ({ review }),
  ): Promise<Static<typeof Reviewed>> => {
    const caller = callerOf(request)
    const { reason } = request.body
    const by = caller.local ? (request.body.by ?? caller.id) : caller.id
    const time = clock.now()
    const subject = about.command ?? about.finding ?? about.agent ?? ''
    const id = digest('review', verb, subject, about.order?.rung ?? '', by, time)
    const given = { id, tenant: tenantOf(request, request.body.tenant), time, by, reason, verb, ...about }
    const { review, ...ordered } = orders(given)
    await monitor.review(review)
    const { time: at, ...said } = review
    logger.info({ ...said, at }, `review ${verb}`)
    return { id, verb, by, time, ...ordered }
  }
}
