import { expect, test } from 'vitest'
import { inSlices, practiceCall } from '../../../src/guard/core/warm-up.ts'
import { createGuard } from '../../../src/guard/index.ts'
import { warmUpSession } from '../../../src/guard/mcp/warm-up.ts'

test('practice ends when real calls come, and nothing of it is in the guard', async () => {
  const guard = await createGuard({ point: 'p1', agent: 'a1' })
  const before = { stats: guard.stats(), knowledge: guard.knowledge() }
  await warmUpSession(guard, () => false)
  expect({ stats: guard.stats(), knowledge: guard.knowledge() }).toEqual(before)
  let asked = 0
  await warmUpSession(guard, () => ++asked > 3)
  expect(asked).toBeLessThan(6)
  await guard.close()
})

test('slices let others have their turn', async () => {
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await inSlices(0, (n) => n < 10)
  isOver = true
  expect(turns).toBeGreaterThan(5)
})

test('practice covers reading, writing, sending and refusals', () => {
  const tools = new Set(Array.from({ length: 160 }, (_, n) => practiceCall(n).tool))
  expect([...tools]).toEqual(expect.arrayContaining(['read_text_file', 'write_file', 'send_email', 'delete_file']))
})
