import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { detectorsPage, withDiagram } from '../../tools/docs.ts'
import { below, text } from './files.ts'

describe('written from the code: `npm run docs` changes nothing', () => {
  test('docs/detectors.md', () => {
    expect(text('docs/detectors.md')).toBe(detectorsPage())
  })

  test('the diagram of docs/how-it-works.md', () => {
    expect(text('docs/how-it-works.md')).toBe(withDiagram(text('docs/how-it-works.md')))
  })
})

describe('errors', () => {
  const sections = text('docs/errors.md').split('\n## ').slice(1)

  test('every code has a section, and every section is a code', () => {
    expect(sections.map((s) => s.split('\n')[0]).sort()).toEqual(Object.keys(errorCodes).sort())
  })

  test('each says what it is, in the words of the code, and what to do', () => {
    for (const section of sections) {
      const code = section.split('\n')[0] as keyof typeof errorCodes
      expect(section).toContain(errorCodes[code])
      expect(section, code).toMatch(/\*\*Do:\*\* .{20}/)
    }
  })

  test('every code is used', () => {
    const code = [...below('src'), ...below('bench')]
      .filter((p) => p !== 'src/errors.ts')
      .map(text)
      .join('\n')
    expect(Object.keys(errorCodes).filter((each) => !code.includes(each))).toEqual([])
  })
})

describe('prose names what exists', () => {
  const pages = [...below('docs').filter((path) => path.endsWith('.md')), 'CONTRIBUTING.md']
  const scripts = Object.keys((JSON.parse(text('package.json')) as { scripts: object }).scripts)

  test.each(pages)('%s: scripts, files and links', (page) => {
    const prose = text(page)
    for (const [, script = ''] of prose.matchAll(/npm run (?:-s )?([a-z:]+)/g)) expect(scripts).toContain(script)
    const everything = new Set([...['src', 'detectors', 'test', 'tools', 'bench', 'docs', 'schemas'].flatMap(below)])
    for (const [, path = ''] of prose.matchAll(/`((?:src|detectors|test|tools|bench|docs|schemas)\/[\w./-]+\.\w+)`/g))
      expect(everything, `${page} names ${path}`).toContain(path)
    for (const [, link = ''] of prose.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g))
      expect(
        [...pages, 'README.md', 'LICENSE', ...below('docs/images')].some((p) =>
          p.endsWith(link.replace(/^(\.\.?\/)+/, '')),
        ),
        link,
      ).toBe(true)
  })
})
