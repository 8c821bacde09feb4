import { describe, expect, it } from 'vitest'
import { digestOfWord, seedOf } from '../../../../src/guard/provenance/digests/hash.ts'
import { digestOf, idKind, stemsOf, tokensOf } from '../../../../src/guard/provenance/digests/text.ts'

describe('words', () => {
  it.each([
    ['Mail Bob.Olive@X.example, now!', ['mail', 'bob.olive@x.example', 'now']],
    ['see https://www.a.example/p?q=1.', ['see', 'a.example/p?q=1']],
    ['/user/info, ./a_b', ['user/info', 'a_b']],
    ['@@@@ ... --', []],
    ['a@ b', ['a', 'b']],
    ['Zoë 给我 x', ['zoë', '给', '我', 'x']],
  ])('%s', (text, words) => {
    expect(tokensOf(text)).toEqual(words)
  })
})

it.each([
  ['a@b.example', 'email'],
  ['shop.example/x', 'url'],
  ['notes.txt', 'other'],
  ['user/info', 'path'],
  ['gb29nwbk60161331926819', 'account'],
  ['2024-01-02', undefined],
  ['hello', undefined],
] as const)('%s is %s', (token, kind) => {
  expect(idKind(token)).toBe(kind)
})

it('cuts words to stems, so that repo is repository', () => {
  const seed = seedOf('')
  expect(stemsOf('reserve Repository', seed)).toEqual(stemsOf('reservation repo', seed))
  expect(stemsOf('the is of', seed)).toEqual([])
})

it('keys its hashes and not its digests', () => {
  expect(digestOfWord('x', seedOf('a'))).not.toBe(digestOfWord('x', seedOf('b')))
  expect(digestOf('HTTPS://www.A.example')).toBe(digestOf('a.example'))
})
