/** Who sent one of several messages that a text tells, and by what it is told. */
export interface Head {
  ids: readonly string[]
  from: string
}

/** Lines at the head of a message. */
export const maxHeaders = 16
/** Bound of one text: lines that are looked at. */
const maxLines = 20_000
/** A line that says which message follows. */
const idLine = /^[ \t]*(?:(?:message|e?-?mail)[ _-]?)?u?id[ \t]*:[ \t]*(\S{1,200})[ \t]*$/i
const header = /^[ \t]*([a-z][a-z-]{0,30}(?: [a-z]{1,20})?)[ \t]*:[ \t]*(.*)$/i
const sentBy = /^(?:from|sender|von|de)$/i
const thread = /^(?:thread|conversation)[ -]?id$/i

/**
 * The heads of the messages that a call asked for, as a server tells several in one text: a line with the id, and the lines below it, up to a
 * blank one. Whoever wrote one of them may have put such lines into it: an id that stands at two of them is of none.
 */
export function headsOf(text: string, isAsked: (id: string) => boolean): Head[] {
  const lines = text.split('\n', maxLines)
  const at = new Map<string, number[]>()
  for (const [i, line] of lines.entries()) {
    const [, id] = idLine.exec(line) ?? []
    if (id !== undefined) at.set(id, [...(at.get(id) ?? []), i])
  }
  return [...at].flatMap(([id, [first = 0, ...others]]) => {
    if (others.length > 0 || !isAsked(id)) return []
    const ids = [id]
    let from = ''
    for (const line of lines.slice(first + 1, first + 1 + maxHeaders)) {
      const [, name = '', value = ''] = header.exec(line) ?? []
      if (name === '') break
      if (thread.test(name)) ids.push(value.trim())
      else if (sentBy.test(name)) from ||= value.trim()
    }
    return from === '' ? [] : [{ ids, from }]
  })
}

/** The mailbox of a sender, and no other that his display name may hold. */
export const mailboxIn = (from: string): string => /<([^<>]*)>[^<>]*$/.exec(from)?.[1] ?? from
/** How he calls himself; without a name what stands before his @. */
export function nameIn(from: string): string {
  const name = from.replace(/<[^<>]*>|@\S*/g, ' ').trim()
  return name === '' ? mailboxIn(from).replace(/@.*/s, '') : name
}
