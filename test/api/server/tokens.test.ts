import type { JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { callerOf } from '../../../src/api/server/tokens.ts'
import { checkConfig } from '../../../src/config/load-config.ts'

const claims = { sub: 'anna', exp: 100, scope: 'rescind.read', rescind_tenant: 'acme' }
const of = (more: JWTPayload = {}, auth: object = {}, typ: string | undefined = 'at+jwt', tenant?: string) =>
  callerOf({ ...claims, ...more }, typ, checkConfig({ auth, ...(tenant === undefined ? {} : { tenant }) }))
const none = { rescind_tenant: undefined }

describe('the tenant of a token', () => {
  test('is its claim', () => expect(of().tenant).toBe('acme'))
  test.each([[none], [{ rescind_tenant: null }]])('without %j it is for none', (claim) => {
    expect(() => of(claim)).toThrow(expect.objectContaining({ code: 'API_FORBIDDEN' }))
  })
  test('unless the configuration says that it is for all, or the monitor is of one', () => {
    expect(of(none, { everyTenant: true }).tenant).toBeUndefined()
    expect(of(none, {}, 'at+jwt', 'acme').tenant).toBe('acme')
    expect(() => of({}, {}, 'at+jwt', 'other')).toThrow('another tenant')
  })
  test.each([[''], ['a/b'], [['a', 'b']], [[]], [{}], [5], ['x'.repeat(129)], ['\u0000shared'], [`a\u009f`]])(
    '%j is refused',
    (claim) => {
      expect(() => of({ rescind_tenant: claim })).toThrow(expect.objectContaining({ code: 'API_UNAUTHORIZED' }))
    },
  )
  test('may be deep, in a list of one, or under a name with dots', () => {
    expect(of({ org: { tenant: 'deep' } }, { tenantClaim: 'org.tenant' }).tenant).toBe('deep')
    expect(of({ 'https://x.example/t': ['one'] }, { tenantClaim: 'https://x.example/t' }).tenant).toBe('one')
    expect(() => of({ org: {} }, { tenantClaim: 'org.constructor' })).toThrow('for no tenant')
    expect(() => of({}, { tenantClaim: 'constructor.name' })).toThrow('for no tenant')
  })
})

describe('who it is', () => {
  test.each(['key:admin', 'local', 'token:x'])('%s looks like no key of ours', (sub) => {
    expect(of({ sub })).toMatchObject({ id: `token:${sub}`, local: false })
  })
  test.each([
    [{ sub: 'a\u001b[2J' }],
    [{ sub: '' }],
    [{ sub: 'x'.repeat(501) }],
    [{ deep: [{ er: 'a\u0000' }] }],
    [{ scope: 'rescind.read\u0007' }],
  ])('%j is refused', (more) => {
    expect(() => of(more)).toThrow(expect.objectContaining({ code: 'API_UNAUTHORIZED' }))
  })
  test('it ends with the token', () => {
    const { holds } = of({ exp: 100 })
    expect([holds(100_000), holds(105_000)]).toEqual([true, false])
  })
})

test.each([
  [{}, {}, ['rescind.read']],
  [{ scope: undefined, scp: ['rescind.enforce'] }, {}, ['rescind.enforce']],
  [{ roles: ['rescind.read', 'rescind.respond'] }, { scopesClaim: 'roles' }, ['rescind.read', 'rescind.respond']],
  [{ realm: { roles: 'rescind.read x' } }, { scopesClaim: 'realm.roles' }, ['rescind.read', 'x']],
  // Only the one that is named counts.
  [{ scope: 'rescind.admin' }, { scopesClaim: 'roles' }, []],
])('the scopes of %j with %j', (more, auth, expected) => {
  expect([...of(more, auth).scopes]).toEqual(expected)
})

test('what it may speak for', () => {
  expect(of().speaks).toEqual({})
  const speaks = { agents: ['alice-*'], points: [] }
  expect(of({ rescind_speaks: speaks }).speaks).toEqual(speaks)
  expect(of({ org: { may: speaks } }, { speaksClaim: 'org.may' }).speaks).toEqual(speaks)
  for (const wrong of ['alice', ['alice'], { agent: ['a'] }, { agents: 'a' }, { agents: [1] }])
    expect(() => of({ rescind_speaks: wrong })).toThrow('lists of patterns')
})

describe('only access tokens are taken', () => {
  test.each([
    ['at+jwt', {}],
    ['application/at+jwt', {}],
    ['JWT', {}],
    [undefined, {}],
    ['JWT', { typ: 'Bearer', nonce: 'n' }],
    ['JWT', { token_use: 'access' }],
    // One application that is client and resource.
    ['JWT', { azp: 'app', aud: 'app' }],
  ])('%s with %j is one', (typ, more) =>
    expect(callerOf({ ...claims, ...more }, typ, checkConfig({})).tenant).toBe('acme'),
  )
  test.each([
    ['JWT', { nonce: 'n' }, 'nonce'],
    ['JWT', { at_hash: 'x' }, 'at_hash'],
    [undefined, { c_hash: 'x' }, 'c_hash'],
    ['JWT', { typ: 'ID' }, 'typ says ID'],
    ['JWT', { typ: 'Refresh' }, 'typ says Refresh'],
    ['JWT', { token_use: 'id' }, 'token_use says id'],
    ['JWT', { scope: undefined, azp: 'app', aud: ['app'] }, 'client'],
    ['logout+jwt', {}, 'logout+jwt'],
    ['rescind-decision+jws', {}, 'rescind-decision'],
  ])('%s with %j is none: %s', (typ, more, why) => {
    expect(() => callerOf({ ...claims, ...more }, typ, checkConfig({}))).toThrow(why)
  })
  test('where the issuer types them, a token without the type is none', () => {
    expect(() => of({}, { requireAtJwt: true }, 'JWT')).toThrow('at+jwt')
    expect(of({}, { requireAtJwt: true }).id).toBe('token:anna')
  })
})
