import type { Decision } from '../core/types.ts'
import type { Id, Message } from './json-rpc.ts'
import { printable } from './printable.ts'

/** The answer to a call that does not run: a tool result that says what, why, and the way back. */
export function refusal(id: Id, tool: string, decision: Decision, standAlone: boolean): Message {
  return {
    jsonrpc: '2.0',
    id,
    result: {
      content: [{ type: 'text', text: wordsOf(tool, decision, standAlone) }],
      isError: true,
      _meta: {
        'rescind/outcome': decision.outcome,
        ...(decision.command === undefined ? {} : { 'rescind/command': decision.command.id }),
      },
    },
  }
}

function wordsOf(tool: string, { outcome, because, command }: Decision, standAlone: boolean): string {
  const head =
    outcome === 'step-up'
      ? `Rescind holds this call to ${printable(tool)} until a person approves it. It did not run.`
      : `Rescind refused this call to ${printable(tool)}. It did not run.`
  const lines = [head, `Why: ${printable(because, 600)}`]
  if (command !== undefined) {
    lines.push(`Command: ${command.id}, until ${new Date(command.expires).toISOString()}`)
    const verb = outcome === 'step-up' ? 'approve' : 'release'
    lines.push(
      standAlone
        ? `Way back: a person writes this command id into the guard’s approvals file; then make the same call again.`
        : `Way back: a person runs \`rescind ${verb} ${command.id} --reason …\`; then make the same call again.`,
    )
  } else lines.push('Way back: the call goes through again when the monitor is heard.')
  lines.push('Do not try to reach the same effect another way.')
  return lines.join('\n')
}
