import { describe, expect, test } from 'vitest'
import { pathOf } from '../../../../src/guard/core/sanitise.ts'
import { cleanAnswer } from '../../../../src/guard/mcp/server/clean-answer.ts'

const iban = 'DE89 3704 0044 0532 0130 00'
const bare = iban.replaceAll(' ', '')
const customer = { customer: { name: 'Kim', iban, memo: `his iban ${iban} is new`, age: 4 } }
const gone = '[redacted by rescind]'

function cleaned(result: object, path = '$.customer.iban') {
  const message = { jsonrpc: '2.0', id: 1, result }
  const clean = cleanAnswer(message, [{ name: path, path: pathOf(path) }])
  return { ...clean, said: JSON.stringify(clean.message) }
}
const texts = (...said: string[]) => ({ content: said.map((text) => ({ type: 'text', text })) })
const json = JSON.stringify(customer)

describe('what is taken out by its place is taken out of the rest', () => {
  test.each<[string, object, path?: string]>([
    ['of another string of the structure', { structuredContent: customer, content: [] }],
    ['of a string before it', texts(`Kim has ${iban}`, json)],
    ['in another spelling', texts(json, `Kim has ${bare}`)],
    ['in small letters with dots', texts(json, 'Kim has de89.3704.0044.0532.0130.00')],
    ['within a link', texts(json, `see https://pay.example/?to=${bare}&a=1`)],
    ['in base64', texts(json, `note ${Buffer.from(bare).toString('base64')}`)],
    ['of JSON in a string of JSON', texts(JSON.stringify({ data: json }))],
    ['of JSON in JSON, from its place in the whole', texts(JSON.stringify({ a: json })), '$.a.customer.iban'],
    ['of JSON in JSON, by a single name', texts(JSON.stringify({ a: [json] })), 'iban'],
    ['of a table', texts(`| name | iban |\n|---|---|\n| Kim | ${iban} |\n| Lee | ${bare} |`), 'iban'],
    ['of a table without outer bars', texts(`name | **IBAN** | age\n--- | :-: | --\nKim | ${iban} | 4`), 'iban'],
    [
      'of a table, and of the text after it',
      texts(`| iban | a |\n|--|--|\n| ${iban} | 1 |\n\nSo pay ${bare}.`),
      'iban',
    ],
    ['of fenced JSON', texts(`Here:\n\`\`\`json\n${json}\n\`\`\`\nDone`)],
    ['of lines, and of another text', texts(`name: Kim\niban: ${iban}`, `to ${bare}`), 'iban'],
    [
      'of a resource',
      {
        content: [
          {
            type: 'resource',
            resource: { uri: 'x:1', mimeType: 'text/plain', blob: Buffer.from(`it is ${bare}`).toString('base64') },
          },
        ],
        structuredContent: customer,
      },
    ],
  ])('%s', (_name, result, path) => {
    const { said, message, withheld } = cleaned(result, path)
    expect(withheld).toBeUndefined()
    expect(said).not.toMatch(/0532|DE89/i)
    const { content } = message.result as { content: { resource?: { blob: string } }[] }
    const blob = content[0]?.resource?.blob ?? ''
    expect(Buffer.from(blob, 'base64').toString()).not.toContain('0532')
  })

  test('and nothing else is', () => {
    const { message } = cleaned({
      ...texts(json, 'Kim is 4, his other one is DE02 1203 0000 0000 2020 51'),
      structuredContent: customer,
    })
    const { content, structuredContent } = message.result as { content: { text: string }[]; structuredContent: unknown }
    expect(structuredContent).toEqual({
      customer: { name: 'Kim', iban: gone, memo: `his iban ${gone} is new`, age: 4 },
    })
    expect(content[1]?.text).toBe('Kim is 4, his other one is DE02 1203 0000 0000 2020 51')
  })

  test('tables keep their shape, fenced JSON stays JSON', () => {
    const table = cleaned(texts('| name | iban |\n|---|---|\n| Kim | X1 |'), 'iban').message.result
    expect(table).toEqual(texts(`| name | iban |\n|---|---|\n| Kim | ${gone} |`))
    const { content } = cleaned(texts(`Here:\n\`\`\`json\n${json}\n\`\`\`\nDone`)).message.result as {
      content: { text: string }[]
    }
    const inside = content[0]?.text.split('\n')[2] ?? ''
    expect(JSON.parse(inside)).toMatchObject({ customer: { name: 'Kim', iban: gone } })
    expect(content[0]?.text.endsWith('\n```\nDone')).toBe(true)
  })

  test('a table whose rows do not fit its head is withheld', () => {
    const { withheld, said } = cleaned(texts(`| name | iban |\n|---|---|\n| Kim | ${iban}`), 'iban')
    expect(withheld).toContain('table')
    expect(said).not.toContain('0532')
  })

  test.each(['CSV: name,iban\nKim,DE89370400440532013000', 'The IBAN of Kim is not known here.'])(
    'prose that only names it is withheld: %s',
    (text) => expect(cleaned(texts(text), 'iban').withheld).toContain('running text'),
  )
})
