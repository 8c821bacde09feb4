import { expect, test } from 'vitest'
import { generated } from '../../tools/dashboards/files.ts'
import { below, root, text } from '../repo/files.ts'

test('what is committed is what `npm run dashboards` writes', () => {
  const files = generated(root)
  for (const [path, content] of files) expect(text(path), path).toBe(content)
  expect(below('dashboards').sort()).toEqual([...files.keys()].filter((path) => path.startsWith('dashboards/')).sort())
})

test('the same every time', () => {
  expect([...generated(root)]).toEqual([...generated(root)])
})
