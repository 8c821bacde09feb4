import { expect, test } from 'vitest'
import { createGuard } from '../../../src/guard/index.ts'

const paths = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `/data/old/row-${from + i}.csv`)

test('a held try uses up nothing of the ration of irreversible acts; what ran does', async () => {
  const guard = await createGuard({ point: 'p', agent: 'a' })
  guard.startTask({ id: 't', intent: 'Delete the files in /data/old' })
  const remove = (from: number, to: number) =>
    guard.before({ tool: 'delete_files', args: { paths: paths(from, to) }, task: 't' })
  const tooMany = remove(0, 101)
  expect(tooMany.outcome).not.toBe('allow')
  expect(tooMany.because).toContain('101 things destroyed')
  for (const [from, to] of [
    [0, 60],
    [60, 100],
  ] as const) {
    const check = remove(from, to)
    expect(check.outcome).toBe('allow')
    guard.after(check, { text: 'gone' })
  }
  expect(remove(200, 201).because).toContain('101 things destroyed')
  await guard.close()
})

test('what the agent made it may delete, what it only wrote to it may not', async () => {
  const guard = await createGuard({ point: 'p', agent: 'a', roots: ['/work'] })
  guard.startTask({ id: 't', intent: 'Tidy the notes and tell me what is in them' })
  const run = (tool: string, args: object, text: string) => {
    const check = guard.before({ tool, args, task: 't' })
    if (check.outcome === 'allow') guard.after(check, { text })
    return check.outcome
  }
  expect(run('create_page', { title: 'Scratch 7' }, '{"id":"pg-4711","title":"Scratch 7"}')).toBe('allow')
  expect(run('update_page', { page_id: 'pg-1000', text: 'One more line' }, '{"id":"pg-1000","title":"Plan"}')).toBe(
    'allow',
  )
  expect(run('delete_page', { page_id: 'pg-1000' }, 'gone')).not.toBe('allow')
  expect(run('delete_page', { page_id: 'pg-4711' }, 'gone')).toBe('allow')
  await guard.close()
})
