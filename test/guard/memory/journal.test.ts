import { appendFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Journal, sweep } from '../../../src/guard/memory/journal.ts'
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

function journal<T>(directory: string, name: string): Journal<T> {
  const made = new Journal<T>(directory, name, hurried())
  open.push(made)
  return made
}
const values = (entries: readonly { value: unknown }[]) => entries.map(({ value }) => value)

describe('two journals over one directory', () => {
  it('see each other’s entries once, and none of their own', () => {
    const directory = temporaryDirectory()
    const [a, b] = [journal<string>(directory, 'a'), journal<string>(directory, 'b')]
    a.append('one')
    b.append('two')
    expect(values(b.pull())).toEqual(['one'])
    expect(values(a.pull())).toEqual(['two'])
    a.append('three')
    expect(values(b.pull())).toEqual(['three'])
    expect(b.pull()).toEqual([])
    expect([a.isCut, b.isCut]).toEqual([false, false])
  })

  it('take arrays of numbers as they are, and read an entry again', () => {
    const directory = temporaryDirectory()
    const [a, b] = [journal<{ words: Float64Array }>(directory, 'a'), journal<{ words: Float64Array }>(directory, 'b')]
    const value = { words: Float64Array.from([1, 2 ** 52]) }
    const kept = a.append(value)
    const [entry] = b.pull()
    expect(entry?.value).toEqual(value)
    expect(entry !== undefined && b.again(entry)).toEqual(value)
    expect(kept !== undefined && a.again(kept)).toEqual(value)
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
  const head = Buffer.alloc(4)
  head.writeUInt32LE(1000)
  appendFileSync(join(directory, 'a.log'), Buffer.concat([head, Buffer.from('half')]))
  expect(values(b.pull())).toEqual(['whole'])
  expect(b.pull()).toEqual([])
})

it('is cut by what is no journal, and does not throw', () => {
  const directory = temporaryDirectory()
  const a = journal<string>(directory, 'a')
  writeFileSync(join(directory, 'x.log'), Buffer.from([3, 0, 0, 0, 1, 2, 3]))
  expect(a.pull()).toEqual([])
  expect(a.isCut).toBe(true)
})

it('keeps no more than its limit', () => {
  const directory = temporaryDirectory()
  const [a, b] = [journal<Uint8Array>(directory, 'a'), journal<Uint8Array>(directory, 'b')]
  const block = new Uint8Array(2 ** 24)
  for (let i = 0; i < 4; i++) a.append(block)
  expect(a.isCut).toBe(false)
  expect(a.append(block)).toBeUndefined()
  expect(a.isCut).toBe(true)
  b.pull()
  a.close()
  const c = journal<Uint8Array>(directory, 'c')
  c.append(block)
  expect(b.pull()).toEqual([])
  expect(b.isCut).toBe(true)
})

it('is cut where nothing can be written', () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'file'), '')
  const a = journal<string>(join(directory, 'file', 'below'), 'a')
  expect(a.append('x')).toBeUndefined()
  expect(a.isCut).toBe(true)
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
