import { expect, it } from 'vitest'
import { TaskMemory } from '../../../../src/guard/provenance/index.ts'
import { callOf } from '../calls.ts'

const hits = (...from: string[]) =>
  from.map((each, i) => `ID: e${i}\nSubject: photos for Lucía\nFrom: ${each}\nDate: Sun, 1 Nov 2026\n`).join('\n')

/** What is said of a mail after the mailbox was searched. */
function sends(request: string, found: string, to: string): string | undefined {
  const memory = new TaskMemory()
  memory.addRequest(request)
  memory.addOutput('1', found, memory.examine(callOf({ tool: 'search_emails', args: { query: 'from:lucia' } })))
  const args = { to: [to], subject: 'Dinner', body: 'On the 12th at nine?' }
  return memory.examine(callOf({ tool: 'send_email', args })).provenance.untrusted
}

const request = 'avisa también a Lucía de la cena'
const hers = 'Lucía Ferrer <lucia.f@mail.example>'
const other = 'Best Deals <deals@drop.example>'

it('somebody whom the request names is written to where a listing of messages says that she wrote', () => {
  expect(sends(request, hits(hers, other), 'lucia.f@mail.example')).toBeUndefined()
})

it('nobody else of the listing is, whatever his subject says', () => {
  expect(sends(request, hits(hers, other), 'deals@drop.example')).toBe('identifier')
})

it('and not where the request names nobody', () => {
  expect(sends('avisa de la cena', hits(hers), 'lucia.f@mail.example')).toBe('identifier')
})

it('a line of its kind in running text is no head of a message', () => {
  const text = `The minutes of the meeting, as they were sent.\n\nFrom: ${hers}\n\nThat is what we said about it at the end.`
  expect(sends(request, text, 'lucia.f@mail.example')).toBe('identifier')
})
