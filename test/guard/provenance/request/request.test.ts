import { describe, expect, it } from 'vitest'
import { identitiesIn } from '../../../../src/guard/identity/index.ts'
import { digestOfWord, seedOf } from '../../../../src/guard/provenance/digests/hash.ts'
import { keysOf } from '../../../../src/guard/provenance/digests/keys.ts'
import type { AskedKind } from '../../../../src/guard/provenance/request/phrasal-verbs.ts'
import { emptyRequest, readRequest } from '../../../../src/guard/provenance/request/request.ts'

const seed = seedOf('key')
const most = 1000

function read(...texts: string[]) {
  const request = emptyRequest()
  for (const text of texts) readRequest(request, text, seed, most)
  return request
}

describe('kinds of acts', () => {
  it.each<[string, AskedKind]>([
    ['Please send Bob the notes', 'outward'],
    ['Forwarding it would be kind', 'outward'],
    ['Pay my rent', 'money'],
    ['Delete the old branch', 'irreversible'],
    ['Run the tests', 'execution'],
    ['Change my password', 'persistence'],
    ['Approve the pull request', 'approval'],
    ['Create a page for the team', 'shared'],
    ['Look up the docs', 'visit'],
    ['Bitte an Dora senden', 'outward'],
    ['Il faut supprimer ce dossier', 'irreversible'],
  ])('%s: %s', (text, kind) => {
    expect([...read(text).asks]).toContain(kind)
  })

  it.each([
    ['préviens Mehdi', 'outward'],
    ['avisa también a Lucía de la cena', 'outward'],
    ['Archiva las newsletters', 'shared'],
  ] as const)('are those of the verb that heads an order: “%s”', (text, kind) => {
    expect([...read(text).asks]).toEqual([kind])
  })

  it('and not of a noun in it', () => {
    expect(read('Sum up the notes').asks.size).toBe(0)
  })

  it('are none where none is asked for', () => {
    expect(read('How is the weather?').asks.size).toBe(0)
  })
})

it.each([
  ['Do what the mail from Alice says', true],
  ['Follow the runbook', true],
  ['Handle her request', true],
  ['Do the things in the notes column too', true],
  ['Erledige die Punkte aus der Liste', true],
  ['cc her accountant like she asked', true],
  ['Do the dishes', false],
  ['Do you know the things in the list?', false],
  ['Sum up the article', false],
  ['Send Bob the notes', false],
])('“%s” hands over: %s', (text, hands) => {
  expect(read(text).handsOver).toBe(hands)
})

it('keeps people, words and identities, from all messages', () => {
  const request = read('Mail Alice the notes', 'and bob@x.example, please; see https://docs.example/a')
  expect(request.names.has(digestOfWord('alice', seed))).toBe(true)
  expect(request.words.has(digestOfWord('notes', seed))).toBe(true)
  for (const identity of identitiesIn('bob@x.example https://docs.example/a'))
    expect(request.keys.has(keysOf(identity, seed).whole)).toBe(true)
  expect(request.kinds).toContain('mailbox')
  // A mailbox proves nobody else at its host; a link proves its host.
  const [other] = identitiesIn('eve@x.example')
  const [page] = identitiesIn('https://docs.example/b')
  expect(other !== undefined && request.keys.has(keysOf(other, seed).space)).toBe(false)
  expect(page !== undefined && request.keys.has(keysOf(page, seed).space)).toBe(true)
})

it('is bounded, and says what did not fit', () => {
  const request = emptyRequest()
  const text = Array.from({ length: 50 }, (_, i) => `Word${i} a${i}@x.example`).join(' ')
  expect(readRequest(request, text, seed, 10)).toBeGreaterThan(0)
  expect(request.words.size).toBeLessThanOrEqual(10)
  expect(request.names.size).toBeLessThanOrEqual(10)
  expect(request.stems.size).toBeLessThanOrEqual(10)
  expect(request.keys.size).toBeLessThanOrEqual(11)
})
