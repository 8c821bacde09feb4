import { type Connection, call } from './client.ts'
import { type Output, plain, rungText, table } from './output.ts'

interface CommandSummary {
  command: { id: string; rung: string; agent: string; because: string; expires: number }
  state: string
}

/** `rescind commands`: what was ordered, and how far each has come. */
export async function commands(to: Connection, options: { limit: number }, out: Output): Promise<void> {
  const answer = await call<{ commands: CommandSummary[] }>(to, 'GET', `/v1/commands?limit=${options.limit}`)
  out.answer(answer, () =>
    answer.commands.length === 0
      ? 'No command stands. Prove that the path works: rescind drill'
      : table(
          ['command', 'rung', 'state', 'agent', 'why'],
          answer.commands.map(({ command, state }) => [
            command.id,
            rungText(command.rung),
            state,
            plain(command.agent, 32),
            plain(command.because, 80),
          ]),
        ),
  )
}

/** `rescind release COMMAND --reason …`, and its siblings approve and deny. */
export async function answerCommand(
  to: Connection,
  verb: 'release' | 'approve' | 'deny',
  id: string,
  options: { reason: string; by?: string },
  out: Output,
): Promise<void> {
  const body = { reason: options.reason, ...(options.by === undefined ? {} : { by: options.by }) }
  const answer = await call<unknown>(to, 'POST', `/v1/commands/${encodeURIComponent(id)}/${verb}`, body)
  out.answer(
    answer,
    () => `${verb === 'release' ? 'Released' : verb === 'approve' ? 'Approved' : 'Denied'} ${plain(id)}.`,
  )
}
