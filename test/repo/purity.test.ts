import ts from 'typescript'
import { expect, test } from 'vitest'
import { below, text } from './files.ts'

/**
 * The core depends on nothing but its input: no clock, no chance, no process, no locale. The compiler holds most of it
 * (tsconfig.core.json has no Node and no DOM); this holds what the language itself offers.
 */
const folders = ['src/model', 'src/flow', 'src/detect', 'src/policy', 'src/formats', 'src/stages', 'detectors']
const files = [...folders.flatMap(below), 'src/topology.ts'].filter((path) => path.endsWith('.ts'))

const names = new Set(
  ['process', 'console', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance'].concat([
    'crypto',
    'fetch',
    'Intl',
    'globalThis',
    'require',
    'structuredClone',
    'Worker',
    'Atomics',
  ]),
)
const members = new Set(['Date.now', 'Math.random', 'Date.parse'])
const methods = /^(toLocale\w*|localeCompare|getTimezoneOffset|get(FullYear|Month|Date|Day|Hours|Minutes|Seconds))$/

function impure(path: string): string[] {
  const source = ts.createSourceFile(path, text(path), ts.ScriptTarget.ES2023, true)
  const found: string[] = []
  const say = (node: ts.Node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    found.push(`${path}:${line + 1} ${node.getText()}`)
  }
  const walk = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      if (members.has(node.getText()) || methods.test(node.name.text)) say(node)
    } else if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      if (node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) say(node)
    }
    const { parent } = node
    const isReference =
      ts.isIdentifier(node) &&
      names.has(node.text) &&
      !(ts.isPropertyAccessExpression(parent) && parent.name === node) &&
      !(ts.isPropertyAssignment(parent) && parent.name === node) &&
      !ts.isPropertySignature(parent)
    if (isReference) say(node)
    ts.forEachChild(node, walk)
  }
  walk(source)
  return found
}

test('the core asks neither for the time nor for chance nor for the machine', () => {
  expect(files.length).toBeGreaterThan(40)
  expect(files.flatMap(impure)).toEqual([])
})

test('time is read in one place', () => {
  const readers = below('src')
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => /\bDate\.now\(\)|\bnew Date\(\)/.test(text(path)))
  expect(readers).toEqual(['src/runtime/wall-clock.ts'])
})
