import type { Command } from '../../model/command.ts'
import { inForce, type Standing } from '../../policy/command-table.ts'
import { rank } from '../../policy/ladder.ts'
import type { ApiParts } from '../server/context.ts'

/** Whether a command falls on an agent: it was ordered against it, or on a credential that the agent uses. */
export const fallsOn = (command: Command, agent: string, credentials: readonly string[]): boolean =>
  command.agent === agent ||
  (command.target.credential !== undefined && credentials.includes(command.target.credential))

/** Credentials of a tenant against which a command is in force, each with the heaviest. */
export function takenCredentials({ monitor }: ApiParts, tenant: string): ReadonlyMap<string, Standing> {
  const taken = new Map<string, Standing>()
  for (const standing of monitor.commandTables.of(tenant).table.commands.values()) {
    const { command, state } = standing
    const { credential } = command.target
    if (credential === undefined || !inForce(command, state)) continue
    const known = taken.get(credential)
    if (known === undefined || rank(command.rung) > rank(known.command.rung)) taken.set(credential, standing)
  }
  return taken
}
