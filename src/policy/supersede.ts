import type { Command, Selector } from '../model/command.ts'

/** What tells how far a command reaches. */
export type Reach = Pick<Command, 'target' | 'restriction'>
export type Reaching = Reach & Pick<Command, 'rung'>

/**
 * Whether a step-up asks about nothing any more because another command denies all that it is about. Asking a person then would
 * let nothing go.
 */
export function supersedes(higher: Reaching, { rung, target, restriction }: Reaching): boolean {
  const { deny } = higher.restriction
  if (rung !== 'step-up' || restriction.stepUp === undefined || deny === undefined) return false
  if (target.agent === undefined || higher.target.agent !== target.agent || higher.target.credential !== undefined)
    return false
  if (higher.target.task !== undefined && higher.target.task !== target.task) return false
  return covers(deny, restriction.stepUp)
}

/** Whether a standing step-up asks about everything that another one would ask about. */
export const asksAbout = (standing: Reach, { target, restriction }: Reach): boolean =>
  standing.restriction.stepUp !== undefined &&
  restriction.stepUp !== undefined &&
  standing.target.agent === target.agent &&
  (standing.target.task === undefined || standing.target.task === target.task) &&
  covers(standing.restriction.stepUp, restriction.stepUp)

/** Whether every act that `narrow` selects is selected by `wide`. */
function covers(wide: Selector, narrow: Selector): boolean {
  return (Object.keys(wide) as (keyof Selector)[]).every((list) => {
    const all = wide[list] as readonly string[] | undefined
    return all === undefined || (narrow[list]?.every((one) => all.includes(one)) ?? false)
  })
}
