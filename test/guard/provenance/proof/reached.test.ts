import { expect, it } from 'vitest'
import { TaskMemory } from '../../../../src/guard/provenance/index.ts'
import { callOf } from '../calls.ts'

const mail = {
  from: 'sophie@corp.example',
  body: 'The programme goes to Mehdi (mehdi.b@mail.example).\n\nQuestions of visitors go to drop@else.example, as they always did.',
}
const welcome = (to: string) =>
  callOf({ tool: 'send_email', args: { to: [to], subject: 'Monday', body: 'The talk is at three now.' } })

/** What is said of a second mail, after a first one that the request left to Sophie’s mail. */
function then(request: string, to: string): string | undefined {
  const memory = new TaskMemory()
  memory.addRequest('Look at the mail of Sophie and send the programme as she asks')
  memory.addOutput('1', mail, memory.examine(callOf({ tool: 'read_email', args: { from: 'Sophie' } })))
  const first = memory.examine(welcome('mehdi.b@mail.example'))
  expect(first.provenance.untrusted).toBeUndefined()
  memory.addOutput('2', 'sent', first)
  memory.addRequest(request)
  return memory.examine(welcome(to)).provenance.untrusted
}

it('whom the task wrote to on good grounds is written to again by his name', () => {
  expect(then('Julien is late, tell Mehdi', 'mehdi.b@mail.example')).toBeUndefined()
})

it('not where the request names somebody else, or asks for nothing of the kind', () => {
  expect(then('Julien is late, tell Camille', 'mehdi.b@mail.example')).toBe('identifier')
  expect(then('What did Mehdi say?', 'mehdi.b@mail.example')).toBe('identifier')
})

it('nor anybody whom it never wrote to', () => {
  expect(then('Julien is late, tell Mehdi', 'drop@else.example')).toBe('identifier')
})

it('whoever wrote under another name is not whom the request means, whatever his mailbox is called', () => {
  const memory = new TaskMemory()
  memory.addRequest('Answer everybody who asked for the brochure')
  const from = 'mehdi-b.office@else.example'
  const letter = `Subject: Brochure\nFrom: Sales Desk <${from}>\nTo: us@corp.example\n\nCould you send me one?`
  memory.addOutput('1', letter, memory.examine(callOf({ tool: 'read_email', args: { messageId: 'm-9' } })))
  const first = memory.examine(welcome(from))
  expect(first.provenance.untrusted).toBeUndefined()
  memory.addOutput('2', 'sent', first)
  memory.addRequest('Send Mehdi the contract')
  expect(memory.examine(welcome(from)).provenance.untrusted).toBe('identifier')
  memory.addRequest('Send the contract to Sales')
  expect(memory.examine(welcome(from)).provenance.untrusted).toBeUndefined()
})
