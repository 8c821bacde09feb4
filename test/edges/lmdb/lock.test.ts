import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lockDirectory } from '../../../src/edges/lmdb/lock.ts'

let directory: string
const file = () => join(directory, 'holder.json')
const locked = expect.objectContaining({ code: 'LOG_LOCKED' })

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rescind-lock-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('held once, also within one process, until it is released', () => {
  const release = lockDirectory(directory)
  expect(() => lockDirectory(directory)).toThrow(locked)
  release()
  expect(readdirSync(directory)).toEqual([])
  lockDirectory(directory)()
})

test('a process id that was given out again does not hold the directory', () => {
  lockDirectory(directory)
  const holder: object = JSON.parse(readFileSync(file(), 'utf8'))
  expect(holder).toMatchObject({ pid: process.pid })
  for (const other of [{ started: '1' }, { boot: 'another boot' }, { pid: 2 ** 22 + 1 }]) {
    writeFileSync(file(), JSON.stringify({ ...holder, ...other }))
    lockDirectory(directory)
    expect(() => lockDirectory(directory)).toThrow(locked)
  }
  expect(readdirSync(directory)).toEqual(['holder.json'])
})

test.runIf(process.platform === 'linux')('a holder that has ended but was not yet buried is dead', async () => {
  // The parent turns into a program that never asks for its child, as the first process of many containers does.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 61'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(parent.stdout, 'data')
  const pid = Number(String(line))
  const stat = (of: number | undefined) => readFileSync(`/proc/${of}/stat`, 'utf8').split(' ')
  await vi.waitFor(() => expect(stat(parent.pid)[1]).toBe('(sleep)'), { interval: 2 })
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(stat(pid)[2]).toBe('Z'), { interval: 2 })
  lockDirectory(directory)
  const own: object = JSON.parse(readFileSync(file(), 'utf8'))
  writeFileSync(file(), JSON.stringify({ ...own, pid, started: stat(pid)[21] }))
  lockDirectory(directory)()
  parent.kill('SIGKILL')
})

test('a file that says nothing does not hold the directory', () => {
  for (const text of ['', '{', '[]', '{"pid":"1"}']) {
    writeFileSync(file(), text)
    lockDirectory(directory)()
    expect(existsSync(file())).toBe(false)
  }
})

test('releasing leaves the lock of another holder alone', () => {
  const release = lockDirectory(directory)
  const holder: object = JSON.parse(readFileSync(file(), 'utf8'))
  writeFileSync(file(), JSON.stringify({ ...holder, token: 'another' }))
  release()
  expect(existsSync(file())).toBe(true)
})
