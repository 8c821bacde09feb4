import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitsPattern, hasControl, plainName, tenantName } from '../../src/model/names.ts'

describe('a pattern', () => {
  test.each([
    ['alice', 'alice', true],
    ['alice', 'alice2', false],
    ['alice-*', 'alice-mail', true],
    ['alice-*', 'alice-', true],
    ['alice-*', 'malice-mail', false],
    ['*', '', true],
    ['*-prod', 'a-prod', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*bc*c', 'abc', false],
    // Nothing but the star means anything.
    ['a.c', 'abc', false],
    ['[a-z]+', 'a', false],
  ])('%j and %j: %s', (pattern, name, fits) => expect(fitsPattern(pattern, name)).toBe(fits))

  test('fits as its regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, name) => {
        expect(fitsPattern(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name))
      }),
    )
  })

  test('many stars take no time', () => {
    expect(fitsPattern(`${'a*'.repeat(250)}b`, 'a'.repeat(512))).toBe(false)
  })
})

test('schemas and code know the same control characters', () => {
  for (let code = 0; code < 0x300; code++) {
    const text = `x${String.fromCharCode(code)}`
    expect(new RegExp(plainName).test(text)).toBe(!hasControl(text))
    expect(new RegExp(tenantName).test(text)).toBe(!hasControl(text) && !text.includes('/'))
  }
})
