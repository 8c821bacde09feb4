import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { envNames } from '../../src/config/env.ts'
import { checkConfig, loadConfig } from '../../src/config/load-config.ts'
import { isLoopback } from '../../src/config/loopback.ts'
import { failure } from '../support/failure.ts'
import { temporaryDirectory } from '../support/temporary.ts'

function file(text: string): string {
  const path = join(temporaryDirectory(), 'rescind.yaml')
  writeFileSync(path, text)
  return path
}

test('nothing has to be said', () => {
  const config = loadConfig({ file: file('{}') })
  expect(config).toMatchObject({
    data: './.rescind',
    http: { host: '127.0.0.1', port: 7077 },
    history: { enabled: true },
    partitions: { agent: 4 },
    logging: { level: 'info' },
  })
})

test('the command line wins over the environment, and that over the file', () => {
  const path = file('http:\n  port: 1\n  host: localhost\ndata: /from/file\nlogging:\n  level: warn\n')
  const config = loadConfig({
    file: path,
    env: {
      RESCIND_HTTP_PORT: '2',
      RESCIND_DATA: '/from/env',
      RESCIND_HTTP_HOSTS: 'a.example, b.example',
      HOME: '/root',
    },
    overrides: { http: { port: 3 } },
  })
  expect(config).toMatchObject({
    data: '/from/env',
    http: { host: 'localhost', port: 3, hosts: ['a.example', 'b.example'] },
    logging: { level: 'warn' },
  })
})

test('the file can be named in the environment', () => {
  expect(loadConfig({ env: { RESCIND_CONFIG: file('data: /x') } }).data).toBe('/x')
})

describe('what is wrong is named by its path, with what would be right', () => {
  test.each([
    ['http:\n  port: 70000', /^http\.port: must be <= 65535; found 70000\. .*\(in .*rescind\.yaml\)$/],
    ['http:\n  prot: 1', /^http\.prot: is not known\. Did you mean port\?/],
    ['colour: red', /^colour: is not known\. Known here: data, tenant, http/],
    ['history:\n  enabled: perhaps', /^history\.enabled: must be boolean; found "perhaps"/],
    ['logging:\n  level: loud', /^logging\.level: must be one of "trace", .*; found "loud"/],
    ['kafka:\n  password: 77345', /^kafka\.password: must be string; found "a number, not shown"/],
    ['kafka:\n  - password: ghost', /^kafka: must be object; found \[{"password":"a string, not shown"}\]/],
    ['http: 7077', /^http: must be object; found 7077/],
    ['- a\n- b', /^config: must be a group of named values/],
    ['tenant: a/b', /^tenant: must match pattern/],
    ['auth:\n  issuer: https://id.example', /^auth\.audience: is needed with auth\.issuer/],
    ['http: [', /rescind\.yaml: /],
    [
      'kafka:\n  password: @sesame77',
      /^(?!.*sesame).*rescind\.yaml: Plain value cannot start with reserved character @ at line 2/s,
    ],
    ['kafka:\n  password: *sesame77', /^(?!.*sesame).*rescind\.yaml: an alias has no anchor, .* stands in quotes/s],
  ])('%j', (text, message) => {
    const error = failure(() => loadConfig({ file: file(text) }))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toMatch(message)
  })
  test('a variable', () => {
    const wrong = failure(() => loadConfig({ file: file('{}'), env: { RESCIND_HTTP_PORT: 'many' } }))
    expect(wrong.message).toMatch(/^http\.port: must be integer; found "many".*\(from the environment\)$/)
    const unknown = failure(() => loadConfig({ file: file('{}'), env: { RESCIND_HTTP_PROT: '1' } }))
    expect(unknown.message).toMatch(/^RESCIND_HTTP_PROT: is not known\. Known here: .*RESCIND_HTTP_PORT/)
    // Of another part of the family.
    loadConfig({ file: file('{}'), env: { RESCIND_TOKEN: 'x', RESCIND_URL: 'y' } })
  })
  test('a file that is not there', () => {
    expect(failure(() => loadConfig({ file: '/nowhere/rescind.yaml' })).code).toBe('CONFIG_FILE_UNREADABLE')
  })
})

test('who listens where others can reach needs an issuer', () => {
  const http = { host: '0.0.0.0' }
  expect(failure(() => checkConfig({ http })).code).toBe('CONFIG_AUTH_REQUIRED')
  const auth = { issuer: 'https://id.example', audience: 'rescind' }
  expect(checkConfig({ http, auth }).http.host).toBe('0.0.0.0')
})

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.example.com', false],
  ['10.0.0.1', false],
])('%s is loopback: %s', (host, expected) => expect(isLoopback(host)).toBe(expected))

test('each setting has one variable', () => {
  const names = [...envNames.keys()]
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(expect.arrayContaining(['RESCIND_DATA', 'RESCIND_AUTH_JWKS_URI', 'RESCIND_PARTITIONS_AGENT']))
})

describe('sources', () => {
  const check = (...sources: object[]) => checkConfig({ sources })
  const at = { name: 'crm', brokers: ['b:9092'], topics: ['crm.audit'] }

  test('have defaults, with the embedded log too', () => {
    expect(check(at).sources).toEqual([{ ...at, tls: false, format: 'auto', owner: true, from: 'latest' }])
    expect(
      check({ ...at, from: '2026-11-21T08:00:00+01:00', offsets: { 'crm.audit': { 0: 7 } } }).sources,
    ).toHaveLength(1)
  })

  test.each([
    [{ ...at, brokers: undefined }, 'sources.0.brokers: is missing'],
    [{ name: 'x', brokers: ['b:1'] }, 'sources.0.topics: give topics, or a pattern'],
    [{ ...at, pattern: 'crm.*' }, 'sources.0.topics: give topics, or a pattern'],
    [{ name: 'x', brokers: ['b:1'], pattern: '(' }, 'sources.0.pattern: Invalid regular expression'],
    [{ ...at, from: 'yesterday' }, 'sources.0.from: must be earliest, latest or a time'],
    [{ ...at, from: '2026-11-21T08:00:00' }, 'sources.0.from: must be earliest, latest or a time with its zone'],
    [{ ...at, offsets: { 'crm.audit': { first: 1 } } }, 'sources.0.offsets: partitions are whole numbers'],
    [{ ...at, format: 'avro' }, 'sources.0.format: must be one of "auto", "json"'],
    [{ ...at, topic: 'x' }, 'sources.0.topic: is not known. Did you mean topics?'],
  ])('%j is refused: %s', (source, says) => {
    const { code, message } = failure(() => check(JSON.parse(JSON.stringify(source))))
    expect(code).toBe('CONFIG_INVALID')
    expect(message).toContain(says)
  })

  test('have names of their own, and reach the cluster of the log as the log does', () => {
    expect(failure(() => check(at, at)).message).toContain('sources.1.name: "crm" is another source’s name')
    const kafka = { brokers: ['k:9092'] }
    const inside = { name: 'crm', topics: ['crm.audit'] }
    expect(checkConfig({ kafka, sources: [inside] }).sources).toHaveLength(1)
    expect(failure(() => checkConfig({ kafka, sources: [{ ...inside, username: 'u' }] })).message).toContain(
      'sources.0.username: needs brokers beside it',
    )
  })

  test('are for the file only', () => {
    for (const name of ['RESCIND_SOURCES', 'RESCIND_SOURCES_0_NAME'])
      expect(failure(() => loadConfig({ file: file('{}'), env: { [name]: 'crm' } })).message).toContain(
        `${name}: a list of groups of settings cannot come from the environment`,
      )
  })
})

test.each(['', '# only\n# words\n', '---\n', 'null\n', '\uFEFF'])('a file that says nothing is a fault: %j', (text) => {
  expect(() => loadConfig({ file: file(text) })).toThrow(/rescind\.yaml: is empty, or holds comments only\. Write {}/)
})

test('what Kubernetes says of services with names like ours is no setting', () => {
  const config = loadConfig({
    file: file('{}'),
    env: {
      RESCIND_SERVICE_HOST: '10.0.0.1',
      RESCIND_SERVICE_PORT_HTTP: '7077',
      RESCIND_PORT: 'tcp://10.0.0.1:7077',
      RESCIND_PORT_7077_TCP_ADDR: '10.0.0.1',
      RESCIND_HTTP_PORT: 'tcp://10.0.0.2:80',
      RESCIND_HTTP_PORT_80_TCP_PROTO: 'tcp',
      RESCIND_HTTP_SERVICE_HOST: '10.0.0.2',
      RESCIND_KAFKA_SERVICE_PORT: '9092',
      RESCIND_SOURCES_SERVICE_HOST: '10.0.0.3',
    },
  })
  expect(config).toEqual(loadConfig({ file: file('{}') }))
  expect(() => loadConfig({ env: { RESCIND_HTTP_PROT: '80' } })).toThrow('RESCIND_HTTP_PROT: is not known')
})
