import type { AgentEvent } from '../../model/event.ts'
import { isOperator, isOperators } from '../agent/voices.ts'

/** Who showed a credential first, beside the states of detectors by their ids, which are never empty. */
const place = ''

type States = Record<string, unknown>

/**
 * Whether the publisher of an event may show the credential that it acts with: it showed it first, or is the operator’s own. What
 * anybody else says of it is a stranger’s word, whosever the agent is: a binding to agents is none to credentials.
 */
export function mayShow(states: States, { credential, origin }: AgentEvent): boolean {
  if (credential === undefined || origin === undefined) return true
  states[place] ??= origin.publisher
  return states[place] === origin.publisher || isOperators(origin)
}

/** Whether what an agent is deprived of on the word of this publisher may take the credential along. */
export const mayTake = (states: States, publisher: string | undefined): boolean =>
  states[place] === undefined || states[place] === publisher || publisher === undefined || isOperator(publisher)
