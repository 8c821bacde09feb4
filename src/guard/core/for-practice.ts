import type { GuardOptions } from './types.ts'

/** Of the options of a guard, those that its twin for practice has too. */
export function forPractice({ point, agent, mode, domains, hashKey }: GuardOptions, now: () => number): GuardOptions {
  return {
    ...{ point, agent, now },
    ...(mode === undefined ? {} : { mode }),
    ...(domains === undefined ? {} : { domains }),
    ...(hashKey === undefined ? {} : { hashKey }),
  }
}
