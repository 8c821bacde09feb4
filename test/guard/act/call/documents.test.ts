import { expect, test } from 'vitest'
import { act, text, tool } from '../tools.ts'

const gql = tool('gql', { document: text, variables: { type: 'object' } }, 'Runs a GraphQL operation')

test('a GraphQL document is what its operations are', () => {
  for (const [document, sink] of [
    ['{ issue(number: 5) { title } }', 'look'],
    ['query Q($n: Int!) @live { issue(number: $n) { title ...F } } fragment F on Issue { body }', 'look'],
    ['mutation { deleteProject(slug: "old") { ok } }', 'irreversible'],
    ['mutation M($i: In!) { addMember(input: $i) { ok } }', 'persistence'],
    ['# first\nmutation { a: closeIssue(number: 51) { ok } }', 'shared'],
    ['mutation { closeIssue(number: 1) { ok } b: refundOrder(id: "o", amount: 3) { ok } }', 'money'],
    ['mutation { ...F } fragment F on Mutation { purgeCache(key: "k") }', 'irreversible'],
    ['subscription { jobs { id } }', 'look'],
  ] as const)
    expect([document, act(gql, { document, variables: {} }).sink]).toEqual([document, sink])
})

test('its arguments are values, its own words aim nowhere', () => {
  const { parts } = act(gql, {
    document: 'mutation { inviteMember(to: "kim@host.example", role: OWNER, note: """x""") { ok } }',
    variables: {},
  })
  expect(parts.filter((part) => part.role === 'destination').map((part) => part.text)).toEqual(['kim@host.example'])
  expect(parts.filter((part) => part.text.includes('mutation')).map((part) => part.role)).not.toContain('selector')
})

test('what only looks like GraphQL is a text', () => {
  for (const document of ['mutation of the gene', '{ "a": 1 }', 'mutation { a(', 'query { a } trailing'])
    expect([document, act(gql, { document }).sink]).toEqual([document, 'execution'])
})

test('JSON-RPC, lines of JSON and query strings are the calls that they hold', () => {
  const rpc = tool('rpc', { payload: text }, 'Sends a JSON-RPC payload')
  const call = (method: string) =>
    act(rpc, { payload: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: ['w'] }) })
  expect(call('acl.assign').sink).toBe('persistence')
  expect(call('archive.purge').sink).toBe('irreversible')
  expect(call('acl.list').sink).toBe('look')
  expect(call('acl.list').parts.some((part) => part.role === 'destination')).toBe(false)
  const batch = tool('batch', { ops: text })
  expect(act(batch, { ops: '{"op":"update","id":1}\n{"op":"delete","id":9912}' }).sink).toBe('irreversible')
  expect(act(batch, { ops: '{"op":"get","id":1}\n{"op":"list"}' }).sink).toBe('look')
  const dispatch = tool('dispatch', { params: text })
  expect(act(dispatch, { params: 'fn=grant&subject=ole&object=payroll' }).sink).toBe('persistence')
  expect(act(tool('add_comment', { body: text }), { body: 'a=1&b=2' }).sink).toBe('shared')
  // All arguments in one text, of a tool that works in the agent’s own space too.
  expect(act('write_file', { arguments: '{"path":"/home/me/.profile","content":"x"}' }).sink).toBe('persistence')
})

test('objects of a cluster do what they are made of', () => {
  const apply = tool('apply_objects', { manifest: text })
  const role =
    'apiVersion: rbac/v1\nkind: ClusterRoleBinding\nroleRef: {name: cluster-admin}\nsubjects: [{name: default}]\n'
  const pod = 'apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a, image: quay.example/x/y:1}]\n'
  const map = 'apiVersion: v1\nkind: ConfigMap\ndata: {a: "1"}\n'
  expect(act(apply, { manifest: role }).sink).toBe('persistence')
  expect(act(apply, { manifest: pod }).sink).toBe('execution')
  expect(act(apply, { manifest: pod }).parts.find((part) => part.kind === 'package')?.text).toBe('quay.example/x/y:1')
  expect(act(apply, { manifest: `${map}---\n${pod}` }).sink).toBe('execution')
  expect(act(apply, { manifest: map }).sink).toBe('shared')
  // Written to a file of the agent’s own they do nothing yet.
  expect(act(tool('write_file', { path: text, content: text }), { path: 'pod.yaml', content: pod }).sink).toBe('own')
})

test('a patch of RFC 6902 is aimed by its values, and its pointers are no files', () => {
  const patch = tool('patch_object', { name: text, ops: { type: 'array', items: { type: 'object' } } })
  const image = act(patch, {
    name: 'cart',
    ops: [{ op: 'replace', path: '/spec/containers/0/image', value: 'quay.example/x/y:1' }],
  })
  expect(image.sink).toBe('execution')
  expect(image.parts.some((part) => part.kind === 'path')).toBe(false)
  const label = act(patch, { name: 'cart', ops: [{ op: 'add', path: '/metadata/labels/tier', value: 'web' }] })
  expect(label.sink).toBe('shared')
  const mail = act(patch, { name: 'u', ops: [{ op: 'add', path: '/contact/email', value: 'a@host.example' }] })
  expect(mail.parts.find((part) => part.role === 'destination')?.text).toBe('a@host.example')
})
