import { expect, test } from 'vitest'
import { readGraphql } from '../../../../src/guard/act/code/graphql.ts'

test('operations are read with the values of their arguments, wherever these stand', () => {
  expect(
    readGraphql(`mutation M($x: ID!) @live { a: grant(user: $x, role: OWNER, on: [{id: "p\\u0031", deep: [1, -2.5]}], note: """two
lines""", soft: true, none: null) { ok } ...F }
fragment F on Mutation { ... on Mutation { purge(all: false) } }`),
  ).toEqual({
    changes: true,
    fields: [
      {
        name: 'grant',
        args: [
          { path: 'role', value: 'OWNER' },
          { path: 'on[0].id', value: 'p1' },
          { path: 'on[0].deep[0]', value: 1 },
          { path: 'on[0].deep[1]', value: -2.5 },
          { path: 'note', value: 'two\nlines' },
          { path: 'soft', value: true },
        ],
      },
      { name: 'purge', args: [{ path: 'all', value: false }] },
    ],
  })
})

test('what is no such document, or too deep or long, is none', () => {
  const deep = `{ f(a: ${'{a: '.repeat(40)}1${'}'.repeat(40)}) }`
  for (const text of ['type A { b: C }', '{ "a": 1 }', '{ a ', deep, `{ ${'a '.repeat(40_000)}}`, '{'.repeat(60_000)])
    expect(readGraphql(text)).toBeUndefined()
})
