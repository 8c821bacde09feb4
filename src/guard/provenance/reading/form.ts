/**
 * How a value stood. `prose`: in running text. `layout`: like a field, in a text that anybody may have written, or in a part of an
 * answer that others write (senders, subjects). `sender`: who is said to have written
 * a message. `system`: a field of its own in an answer that is structured as a whole. `relayed`: one that the agent itself put there, from
 * what somebody wrote. `listed`: set apart in a text as lists and tables do; it is counted as the text is.
 */
export const form = { prose: 0, layout: 1, system: 2, sender: 3, relayed: 4, listed: 5 } as const
export type Form = (typeof form)[keyof typeof form]

/** A structured value has at most this many words; longer ones are prose. */
export const maxFieldWords = 8
