import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStateKey, stateKey } from '../../src/flow/state-key.ts'
import { digest } from '../../src/model/digest.ts'
import { authorityOf, credentialIn, keys, ownAuthority } from '../../src/model/keys.ts'
import { agentKey, cohortKey, fleetKey, namesOf, tenantKey } from '../../src/stages/lane-key.ts'

/** What a caller may call things, and what would be read as something of ours. */
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc
    .array(fc.constantFrom('\u0000', '/', '%', '2f', '\ud800', '\udfff', '\ufffd', '"', 'a'), { maxLength: 5 })
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '__proto__',
    'fleet',
    'cohort:a',
    '\u0000shared',
    '\u0000["a","b"]',
    '\u0000part',
    '\u0000progress',
    'agent:a',
    'credential:agent:a',
  ),
  fc.integer({ min: 500, max: 600 }).map((length) => 'x'.repeat(length)),
)
/** As a log keeps a key. */
const logged = (key: string): string => Buffer.from(key).toString()

const distinct = <T>(things: fc.Arbitrary<T>, keyOf: (thing: T) => string) =>
  fc.assert(
    fc.property(things, things, (a, b) => {
      expect(logged(keyOf(a)) === logged(keyOf(b))).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
    { numRuns: 5000, seed: 1 },
  )

test('two different things never share a key, and a key says whose it is', () => {
  distinct(fc.tuple(name, name), ([tenant, agent]) => agentKey(tenant, agent))
  distinct(name, tenantKey)
  distinct(fc.tuple(name, fc.option(name)), ([tenant, cohort]) =>
    cohort === null ? fleetKey(tenant) : cohortKey(tenant, cohort),
  )
  fc.assert(
    fc.property(name, name, (tenant, agent) => {
      expect(namesOf(logged(agentKey(tenant, agent)))).toEqual([tenant, agent])
    }),
  )
  expect(agentKey('acme', 'crm/bot')).toBe('acme/crm/bot')
})

test('no key of a lane is read as what is kept beside the keys', () => {
  const of = fc.oneof(
    name.map((key) => ({ kind: 'key' as const, key })),
    fc.tuple(name, name).map(([stream, key]) => ({ kind: 'shared' as const, stream, key })),
    fc.tuple(name, name).map(([id, key]) => ({ kind: 'part' as const, id, key })),
    fc.constant({ kind: 'progress' as const }),
  )
  fc.assert(
    fc.property(of, (each) => {
      expect(readStateKey(stateKey(each))).toEqual(each)
    }),
    { numRuns: 5000, seed: 2 },
  )
})

test('a credential is never taken for an agent’s own authority', () => {
  distinct(fc.tuple(fc.boolean(), name), ([isOwn, text]) => tenantKey(isOwn ? ownAuthority(text) : authorityOf(text)))
  fc.assert(
    fc.property(name, (id) => {
      expect(credentialIn(authorityOf(id))).toBe(id)
    }),
  )
  const act = { agent: { id: 'payer' } }
  expect(keys.credential.of({ ...act, credential: { id: 'agent:payer' } } as never)).not.toBe(
    keys.credential.of(act as never),
  )
})

test('lists of parts that differ have digests that differ', () => {
  distinct(fc.array(name, { maxLength: 3 }), (parts) => digest(...parts))
})
