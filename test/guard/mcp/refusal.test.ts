import { expect, test } from 'vitest'
import type { Check } from '../../../src/guard/core/types.ts'
import { createGuard } from '../../../src/guard/index.ts'
import { refusal } from '../../../src/guard/mcp/refusal.ts'

test('without a command the refusal names what ends it, or that nothing does', async () => {
  const guard = await createGuard({ point: 'p', agent: 'a', ownFiles: ['/etc/guard'] })
  const denied = guard.before({ tool: 'read_file', args: { path: '/etc/guard/key' } })
  expect(denied.outcome).toBe('deny')
  const words = (check: Check) => JSON.stringify(refusal(1, 'read_file', check, () => 'never').result)
  expect(words(denied)).toContain('No approval changes this.')
  expect(words({ ...denied, endsWhen: 'the monitor is heard' })).toContain(
    'Way back: the call goes through again when the monitor is heard.',
  )
  await guard.close()
})
