import type { CommandLife, CommandRow } from '../api/read/command-life.ts'
import type { WidenOptions } from './approvals.ts'
import { type Connection, call, lookUntil, query } from './client.ts'
import { type Output, plain, rungText, table, when } from './output.ts'
import { programName } from './program-name.ts'

/** `rescind commands`: what was ordered, and how far each has come. */
export async function commands(
  to: Connection,
  options: { limit: number; tenant?: string; agent?: string; state?: string },
  out: Output,
): Promise<void> {
  const { limit, tenant, agent, state } = options
  const path = query('/v1/commands', { limit, tenant, agent, state })
  const answer = await call<{ commands: CommandRow[] }>(to, 'GET', path)
  out.answer(answer, () =>
    answer.commands.length === 0
      ? `No ${agent === undefined && state === undefined ? 'commands' : 'such command'} in tenant ${plain(tenant ?? 'default')}${tenant === undefined ? '; the drill has its own, --tenant drill' : ''}.`
      : table(
          ['command', 'rung', 'state', 'points', 'cause, UTC', 'agent', 'why'],
          answer.commands.map(({ command, words, answers }) => [
            command.id,
            command.widens === undefined ? rungText(command.rung) : 'widened',
            words,
            plain(answers, 60),
            when(command.time),
            plain(command.agent, 32),
            plain(command.because, 120),
          ]),
          out.width,
        ),
  )
}

/** `rescind release COMMAND --reason …`, and its siblings approve and deny. Ends when the command has followed. */
export async function answerCommand(
  to: Connection,
  verb: 'release' | 'approve' | 'deny',
  id: string,
  options: { reason: string; by?: string; tenant?: string } & WidenOptions,
  out: Output,
): Promise<void> {
  const { reason, by, tenant, destination, for: forMs, anyTask } = options
  const path = `/v1/commands/${encodeURIComponent(id)}`
  const before = await call<CommandLife>(to, 'GET', query(path, { tenant }))
  const widen = options.widen === undefined ? undefined : { to: options.widen, destination, forMs, anyTask }
  // What is undefined does not travel.
  const body = { reason, by, tenant, widen }
  const review = await call<{ id: string; by: string; time: number; widened?: string }>(
    to,
    'POST',
    `${path}/${verb}`,
    body,
  )
  const hasFollowed = (life: CommandLife) => life.steps.length > before.steps.length
  const now = (await lookUntil(to, id, tenant, hasFollowed)) ?? before
  const followed = hasFollowed(now)
  const besides =
    review.widened === undefined
      ? ''
      : ` Further acts like it may go by command ${review.widened}; take that back with: ${programName()} release ${review.widened} --reason …`
  out.answer({ review, command: id, agent: now.command.agent, state: now.state, followed }, () =>
    followed
      ? `${saidOf(verb, now)}: command ${plain(id)} against ${plain(now.command.agent)}, by ${plain(review.by)}.${besides}`
      : `What ${plain(review.by)} said is recorded; command ${plain(id)} is still: ${now.words}. Look again with: ${programName()} explain ${plain(id)}`,
  )
}

/** What a person’s answer came to: by approving a step-up its act may go ahead, and the command ends as `released`. */
const saidOf = (verb: 'release' | 'approve' | 'deny', { state, words, command }: CommandLife): string =>
  state !== 'released'
    ? `It is ${words} now`
    : verb === 'approve' && command.rung === 'step-up'
      ? 'Approved, its act may go ahead once'
      : verb === 'deny'
        ? 'Denied'
        : 'Released'
