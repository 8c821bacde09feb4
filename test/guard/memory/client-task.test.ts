import { expect, it } from 'vitest'
import { ClientTask, clientProcess } from '../../../src/guard/memory/client-task.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

it('is one task for all guards of one client process, and another one for another client', () => {
  const directory = temporaryDirectory()
  const now = () => Date.now()
  const id = new ClientTask(directory, 'client 1', now).id()
  expect(new ClientTask(directory, 'client 1', now).id()).toBe(id)
  expect(new ClientTask(directory, 'client 2', now).id()).not.toBe(id)
})

it('ends when the client has been quiet for 15 minutes, and goes on while it is not', () => {
  const directory = temporaryDirectory()
  let ahead = 0
  const task = new ClientTask(directory, 'client', () => Date.now() + ahead)
  const id = task.id()
  for (let i = 0; i < 4; i++) {
    ahead += 10 * 60_000
    expect(task.id()).toBe(id)
  }
  ahead += 15 * 60_000 + 1000
  expect(task.id()).not.toBe(id)
})

it('is a task of its own where nothing can be kept', () => {
  expect(new ClientTask('/dev/null/none', 'client', () => 0).id()).toMatch(/^[\w-]{36}$/)
})

it('names a client that stays the same', () => {
  expect(clientProcess()).toBe(clientProcess())
  expect(clientProcess()).toMatch(/^\d+/)
})
