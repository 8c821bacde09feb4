import { expect, it } from 'vitest'
import { TaskMemory } from '../../../../src/guard/provenance/index.ts'
import { callOf, type ToolCall } from '../calls.ts'

const id = 'AQk4Zt7WmB1xQv9LrT2cYh6NsE3uJd8K'
const mail = { id, from: 'ines@corp.example', subject: 'Lunch', body: 'Shall we meet at noon by the river today?' }

/** What is said to flow out with a call after something was read. */
function flows(read: string | object, call: ToolCall): string | undefined {
  const memory = new TaskMemory()
  memory.addOutput('1', read, memory.examine(callOf({ tool: 'list_items', args: {} })))
  return memory.examine(callOf(call)).provenance.flow
}
const reply = (messageId: string, comment = 'At noon, gladly.'): ToolCall => ({
  tool: 'reply_to_message',
  args: { messageId, comment },
})

it('what a system calls a thing by is no secret where an argument asks for its id', () => {
  expect(flows(mail, reply(id))).toBeUndefined()
})

it('it is one in a text that goes out, and where only a text held it', () => {
  expect(flows(mail, reply('m-1', `See ${id}`))).toBe('secret')
  expect(flows(`The key of the vault is ${id}`, reply(id))).toBe('secret')
})

it('nor does a system’s key become a name because an argument asks for a key', () => {
  const read = { service: 'billing', api_key: id }
  expect(flows(read, { tool: 'update_webhook', args: { api_key: id, name: 'billing' } })).toBe('secret')
})
