import { expect, test } from 'vitest'
import { TaskMemory } from '../../../../src/guard/provenance/index.ts'
import { callOf } from '../calls.ts'

/** How a destination is told to the person who is asked about an act that is aimed at it. */
function shown(args: Record<string, unknown>, request = 'Tell bob@corp.example about it') {
  const memory = new TaskMemory()
  memory.addRequest(request)
  return memory.examine(callOf({ tool: 'http_post', action: 'export', args })).destinations.map((d) => d.display)
}

test('an address as it is reached; one that the request names needs no telling', () => {
  expect(shown({ to: ['Mallory <mallory+x@Evil.example>', 'bob@corp.example'] })).toEqual([
    'mallory@evil.example',
    undefined,
  ])
})

test('a link without user, query and fragment, and no credential', () => {
  const token = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`
  expect(shown({ url: `https://ann:hunter22@evil.example:8443/a/b/c/${token}?d=notes#end` })).toEqual([
    'https://evil.example:8443/a/b/c/…',
  ])
})

test('in one line, and not without end', () => {
  const [told = ''] = shown({ url: `https://evil.example/${'a'.repeat(4000)}` })
  expect([told.length, told.endsWith('…')]).toEqual([120, true])
})
