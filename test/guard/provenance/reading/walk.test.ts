import { describe, expect, it } from 'vitest'
import { type Form, form } from '../../../../src/guard/provenance/reading/form.ts'
import { type FieldHandler, walk } from '../../../../src/guard/provenance/reading/walk.ts'

class Taken implements FieldHandler {
  record = 0
  form: Form = form.layout
  readonly fields: [text: string, form: Form, record: number][] = []
  readonly texts: string[] = []
  put(text: string): void {
    this.fields.push([text, this.form, this.record])
  }
  prose(text: string): void {
    this.texts.push(text)
  }
  formOf(text: string): Form | undefined {
    return this.fields.find(([each]) => each === text)?.[1]
  }
}

function walked(value: object, isWritten = false) {
  const taken = new Taken()
  return { taken, cut: walk(value, taken, { isWritten }) }
}

describe('fields', () => {
  it('are the system’s own, numbers too', () => {
    const { taken, cut } = walked({ id: 7, login: 'alice', nested: { iban: 'GB29' } })
    expect([taken.formOf('7'), taken.formOf('alice'), taken.formOf('GB29')]).toEqual([
      form.system,
      form.system,
      form.system,
    ])
    expect(cut).toBe(false)
  })

  it('that people write are theirs, and in a letter also who is said to have sent it', () => {
    const { taken } = walked({ id: 'm1', sender: 'alice@x.example', subject: 'Lunch', body: 'See you' })
    expect(taken.formOf('m1')).toBe(form.system)
    for (const text of ['Lunch', 'See you']) expect(taken.formOf(text)).toBe(form.layout)
    expect(taken.formOf('alice@x.example')).toBe(form.sender)
    expect(walked({ sender: 'alice@x.example' }).taken.formOf('alice@x.example')).toBe(form.system)
  })

  it('are told by the words of their names, however these are put together', () => {
    for (const key of ['htmlBody', 'html_body', 'html-body', 'commentText', 'HTMLBody', 'customerNotes'])
      expect(walked({ id: 1, [key]: 'a@x.example' }).taken.formOf('a@x.example'), key).toBe(form.layout)
    for (const key of ['dataset', 'nobody', 'Authority', 'accountId'])
      expect(walked({ id: 1, [key]: 'a@x.example' }).taken.formOf('a@x.example'), key).toBe(form.system)
  })

  it('of what somebody wrote as a whole are theirs where they lead somewhere', () => {
    const { taken } = walked({ id: 'm1', site: 'https://x.example', author: 'a@x.example' }, true)
    expect(taken.formOf('m1')).toBe(form.system)
    expect(taken.formOf('https://x.example')).toBe(form.layout)
    expect(taken.formOf('a@x.example')).toBe(form.sender)
  })

  it('of whoever wrote a few words beside them are his', () => {
    const of = (body: string) => walked({ title: 'Invoice', body, email: 'a@x.example' }).taken.formOf('a@x.example')
    expect(of('see link')).toBe(form.layout)
    expect(of('active')).toBe(form.system)
  })

  it('that are long are prose, by paragraphs', () => {
    const long = 'one two three four five six seven eight nine ten'
    const { taken } = walked({ id: `${long}\n\n${long} eleven` })
    expect(taken.texts).toEqual([long, `${long} eleven`])
  })

  it('have names that are read as well', () => {
    expect(walked({ 'mallory@evil.example': 1 }).taken.fields.map(([text]) => text)).toContain('mallory@evil.example')
  })
})

it('numbers the records of the outermost listing', () => {
  const { taken } = walked([{ a: 'x' }, { a: 'y' }])
  const recordOf = (text: string) => taken.fields.find(([each]) => each === text)?.[2]
  expect(recordOf('x')).not.toBe(recordOf('y'))
  expect(taken.record).toBeGreaterThanOrEqual(2)
})

it('is bounded in depth and in values, and says so', () => {
  let deep: unknown = 'x'
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(walked(deep as object).cut).toBe(true)
  expect(walked(Array.from({ length: 30_000 }, (_, i) => i)).cut).toBe(true)
  expect(walked([1, 2, 3]).cut).toBe(false)
})
