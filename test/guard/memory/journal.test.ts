import { appendFileSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { afterEach, describe, expect, it } from 'vitest'
import { type Codec, Journal, sweep } from '../../../src/guard/memory/journal.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const open: Journal<unknown>[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

/** A clock that moves when it is asked: whoever waits for it is not kept waiting. */
function hurried() {
  let now = 0
  return () => (now += 100)
}

const codec = <T>(): Codec<T> => ({ encode: serialize, decode: (bytes) => deserialize(bytes) as T })

function journal<T>(directory: string, name: string): Journal<T> {
  const made = new Journal<T>(directory, name, codec<T>(), hurried())
  open.push(made)
  return made
}
/** Both write at once what they have. */
function pair<T>(directory: string): [Journal<T>, Journal<T>] {
  const made: [Journal<T>, Journal<T>] = [journal<T>(directory, 'a'), journal<T>(directory, 'b')]
  for (const each of made) each.settle()
  return made
}
const values = (entries: readonly { value: unknown }[]) => entries.map(({ value }) => value)

describe('two journals over one directory', () => {
  it('see each other’s entries once, and none of their own', () => {
    const directory = temporaryDirectory()
    const [a, b] = pair<string>(directory)
    a.append('one')
    b.append('two')
    expect(values(b.pull())).toEqual(['one'])
    expect(values(a.pull())).toEqual(['two'])
    a.append('three')
    expect(values(b.pull())).toEqual(['three'])
    expect(b.pull()).toEqual([])
    expect([a.isCut, b.isCut]).toEqual([false, false])
  })

  it('read again what stands in a file, up to where they were', () => {
    const directory = temporaryDirectory()
    const [a, b] = [journal<string>(directory, 'a'), journal<string>(directory, 'b')]
    const one = a.append('one')
    a.append('two')
    a.settle()
    const [, two] = b.pull()
    a.append('three')
    expect(one !== undefined && a.upTo(one)).toEqual(['one'])
    expect(two !== undefined && b.upTo(two)).toEqual(['one', 'two'])
    expect([a.isCut, b.isCut]).toEqual([false, false])
    writeFileSync(join(directory, 'a.log'), '')
    expect(two !== undefined && b.upTo(two)).toEqual([])
    expect(b.isCut).toBe(true)
  })

  it('write nothing until there is an answer, and lose nothing', () => {
    const directory = join(temporaryDirectory(), 'task')
    const [a, b] = [journal<string>(directory, 'a'), journal<string>(directory, 'b')]
    a.append('request')
    expect(existsSync(directory)).toBe(false)
    a.announce()
    a.append('answer')
    a.settle()
    expect(values(b.pull())).toEqual(['request', 'answer'])
  })

  it('wait for what was announced, and are cut where it does not come', () => {
    const directory = temporaryDirectory()
    const [a, b] = [journal<string>(directory, 'a'), journal<string>(directory, 'b')]
    a.announce()
    a.append('answer')
    a.settle()
    expect(values(b.pull())).toEqual(['answer'])
    expect(b.isCut).toBe(false)
    a.announce()
    expect(b.pull()).toEqual([])
    expect(b.isCut).toBe(true)
    expect(a.isCut).toBe(false)
  })

  it('find after a restart what was there before', () => {
    const directory = temporaryDirectory()
    const first = journal<string>(directory, 'first')
    first.append('one')
    first.close()
    expect(values(journal<string>(directory, 'second').pull())).toEqual(['one'])
  })
})

it('leaves a half-written entry for later', () => {
  const directory = temporaryDirectory()
  const [a, b] = [journal<string>(directory, 'a'), journal<string>(directory, 'b')]
  a.append('whole')
  a.settle()
  const head = Buffer.from([232, 3, 0, 0, 3, 0, 0, 0])
  appendFileSync(join(directory, 'a.log'), Buffer.concat([head, Buffer.from('half')]))
  expect(values(b.pull())).toEqual(['whole'])
  expect(b.pull()).toEqual([])
})

it('is cut by what is no journal, and does not throw', () => {
  const directory = temporaryDirectory()
  const a = journal<string>(directory, 'a')
  writeFileSync(join(directory, 'x.log'), Buffer.from([3, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3]))
  expect(a.pull()).toEqual([])
  expect(a.isCut).toBe(true)
})

it('keeps no more than its limit', () => {
  const directory = temporaryDirectory()
  const [a, b] = pair<Uint8Array>(directory)
  const block = new Uint8Array(2 ** 24)
  for (let i = 0; i < 4; i++) a.append(block)
  expect(a.isCut).toBe(false)
  expect(a.append(block)).toBeUndefined()
  expect(a.isCut).toBe(true)
  b.pull()
  a.close()
  const c = journal<Uint8Array>(directory, 'c')
  c.append(block)
  c.settle()
  expect(b.pull()).toHaveLength(0)
  expect(b.isCut).toBe(true)
})

it('is cut where nothing can be written', () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'file'), '')
  const a = journal<string>(join(directory, 'file', 'below'), 'a')
  a.append('x')
  a.settle()
  expect(a.isCut).toBe(true)
  expect(a.append('x')).toBeUndefined()
})

it('sweeps what nobody has written to for long', () => {
  const root = temporaryDirectory()
  for (const name of ['old', 'new']) {
    mkdirSync(join(root, name))
    writeFileSync(join(root, name, 'a.log'), '')
    utimesSync(join(root, name), 1000, 1000)
  }
  utimesSync(join(root, 'old', 'a.log'), 1000, 1000)
  sweep(root, 2_000_000)
  expect(readdirSync(root)).toEqual(['new'])
  sweep(join(root, 'none'), 0)
})
