import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { below, root, text } from './files.ts'

const sources = ['src', 'detectors', 'bench', 'tools', 'test'].flatMap(below).filter((path) => path.endsWith('.ts'))

test('no file has grown past one page of thought: 300 lines, 450 for a suite', () => {
  const limit = (path: string) => (/^test\/(?!support\/)/.test(path) ? 450 : 300)
  expect(sources.filter((path) => text(path).trimEnd().split('\n').length > limit(path))).toEqual([])
})

test('the list of detectors is the files of the folder', () => {
  const files = below('detectors').filter((path) => path !== 'detectors/index.ts')
  expect(files.sort()).toEqual(detectors.map((d) => `detectors/${d.id}.ts`).sort())
  expect(new Set(detectors.map((d) => d.id)).size).toBe(detectors.length)
})

test('the stakes add up to less than one', () => {
  expect(detectors.reduce((sum, d) => sum + d.stake, 0)).toBeLessThan(1)
})

test('every detector says why, where it is blind and when it is wrong, and has cases', () => {
  for (const d of detectors) {
    expect(d.why.length, d.id).toBeGreaterThan(40)
    for (const said of [d.blindSpots, d.falseAlarms, d.labels]) expect(said.length, d.id).toBeGreaterThan(0)
    for (const [name, option] of Object.entries<{ default?: unknown; description?: string }>(d.options.properties)) {
      expect(option.default, `${d.id}.${name}`).toBeDefined()
      expect(option.description, `${d.id}.${name}`).toBeTruthy()
    }
    const cases = below('test/detectors').filter((path) => path.startsWith(`test/detectors/${d.id}`))
    if (cases.some((path) => path.endsWith('.test.ts'))) continue
    for (const kind of ['fires', 'silent', 'edge'])
      expect(
        cases.some((path) => path.startsWith(`test/detectors/${d.id}/${kind}`)),
        `${d.id}: ${kind}`,
      ).toBe(true)
  }
})

test('test mirrors src where there is logic', () => {
  // Shapes, contracts and what puts parts together: the tests of their users and of the running service test them.
  const plain = new Set(['src/model', 'src/ports', 'src/protocol', 'src/compose'])
  const folders = new Set(
    below('src')
      .filter((path) => path.endsWith('.ts'))
      .map((path) => path.split('/').slice(0, 2).join('/'))
      .filter((path) => !path.endsWith('.ts') && !plain.has(path)),
  )
  expect([...folders].filter((path) => !existsSync(`${root}${path.replace('src/', 'test/')}`))).toEqual([])
  for (const path of below('test').filter((name) => name.endsWith('.test.ts'))) {
    const [, folder = ''] = path.split('/')
    const known = [
      'contract',
      'replay',
      'pins',
      'repo',
      'integration',
      'detectors',
      'tools',
      'dashboards',
      'bench',
      'attacks',
      'chaos',
    ]
    const mirrored = `${root}src/${folder.replace('.test.ts', '.ts')}`
    expect(known.includes(folder) || existsSync(mirrored), path).toBe(true)
  }
})
