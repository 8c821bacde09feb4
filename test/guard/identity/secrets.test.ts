import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { partsOfSecret, secretsIn } from '../../../src/guard/identity/index.ts'
import { seeded } from '../../support/random.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const next = seeded(7)
/** Random characters, as an issuer makes them; none of them is anybody's. */
const made = (length: number, from = letters) =>
  Array.from({ length }, () => from[Math.floor(next() * from.length)]).join('')
const hex = (length: number) => made(length, '0123456789abcdef')
const kinds = (text: string) => secretsIn(text).map(({ kind }) => kind)

test.each([
  ['aws-access-key', `AKIA${made(15, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')}7`],
  ['github-token', `ghp_${made(36)}`],
  ['github-token', `github_pat_${made(22)}_${made(59)}`],
  ['gitlab-token', `glpat-${made(20)}`],
  ['slack-token', `xoxb-123456789012-${made(24)}`],
  ['stripe-key', `sk_live_${made(24)}`],
  ['anthropic-key', `sk-ant-api03-${made(80)}`],
  ['openai-key', `sk-proj-${made(48)}`],
  ['google-key', `AIza${made(35)}`],
  ['npm-token', `npm_${made(36)}`],
  ['pypi-token', `pypi-AgE${made(60)}`],
  ['sendgrid-key', `SG.${made(22)}.${made(43)}`],
  ['json-web-token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx${made(12)}.${made(43)}`],
  ['telegram-token', `1234567890:AA${made(33)}`],
  ['vault-token', `hvs.${made(24)}`],
])('%s', (kind, value) => {
  for (const text of [
    value,
    `the key is ${value}.`,
    `{"key":"${value}"}`,
    `https://h.example/?k=${value}&x=1`,
    `k=${value}\n`,
  ])
    expect(secretsIn(text), text).toContainEqual({ kind, value })
})

test('private keys, logins and what is assigned', () => {
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${made(70)}\n${made(70)}\n-----END OPENSSH PRIVATE KEY-----`
  expect(secretsIn(`x\n${key}\ny`)[0]).toEqual({ kind: 'private-key', value: key })
  expect(kinds(`-----BEGIN RSA PRIVATE KEY-----\n${made(200)}`)).toContain('private-key')
  for (const [text, value] of [
    ['postgres://app:h3llo-w0rld@db.example/x', 'h3llo-w0rld'],
    ['https://ann:s3cr3t!@h.example/', 's3cr3t!'],
    ['machine h.example login ann password hunter22', 'hunter22'],
    ['Server=h;User Id=sa;Password=P4ss!word;', 'P4ss!word'],
    ['DB_PASSWORD=tr0ub4dor', 'tr0ub4dor'],
    ['export API_KEY="zx81-spectrum-48"', 'zx81-spectrum-48'],
    ['password: hunter22', 'hunter22'],
    ['"client_secret": "a1b2c3d4e5"', 'a1b2c3d4e5'],
    ['Authorization: Bearer abc123def456', 'abc123def456'],
    ['The password is tr0ub4dor&3.', 'tr0ub4dor&3'],
    ['Passwort: gehe1m!', 'gehe1m!'],
    ['密码：abc12345', 'abc12345'],
    ['пароль: qwerty12', 'qwerty12'],
  ] as const)
    expect(
      secretsIn(text).map((each) => each.value),
      text,
    ).toContain(value)
})

test('payment cards', () => {
  expect(kinds('4111 1111 1111 1111, 5555-5555-5555-4444, 378282246310005')).toEqual(Array(3).fill('payment-card'))
  expect(kinds('4111 1111 1111 1112, 1700000000000, 0000000000000000, 12345678901234567890')).toEqual([])
})

test('long random words', () => {
  let seen = 0
  for (let i = 0; i < 200; i++) seen += kinds(`the value ${made(32)} here`).length
  expect(seen).toBeGreaterThan(180)
})

test.each([
  ['a uuid', '8f14e45f-ceea-467f-9f1b-2c3d4e5f6a7b'],
  ['a commit', `commit ${hex(40)}`],
  ['a digest', `sha256:${hex(64)}`],
  ['integrity', `"integrity": "sha512-${made(86)}=="`],
  ['go.sum', `example.com/x v1.2.3 h1:${made(43)}=`],
  ['a picture', `data:image/png;base64,${made(100)}`],
  ['a certificate', `-----BEGIN CERTIFICATE-----\n${made(64)}\n${made(64)}\n${made(64)}\n-----END CERTIFICATE-----`],
  ['a public key', `ssh-rsa AAAAB3NzaC1yc2E${made(120)} ann@h.example`],
  ['a short public key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${made(43)} ann@h.example`],
  ['a public key in a field', `{"data": "AAAAC3NzaC1lZDI1NTE5AAAAI${made(43)}"}`],
  ['an identifier', 'getElementsByTagNameAndClassNameForAllDocuments2'],
  ['a constant', 'MAXIMUM_NUMBER_OF_RETRIES_PER_CONNECTION_V2'],
  ['a path', 'src/Components2/UserProfile/AvatarImage3/Index4.tsx'],
  ['a document', `https://docs.example.com/d/${made(44)}/edit`],
  ['types', 'interface X { password: string; token?: string; secret: Buffer }'],
  ['code', 'const password = hashPassword(input); this.token = options.token; secret = process.env.SECRET'],
  ['placeholders', 'password=<your password> token=$TOKEN secret={{ secret }} api_key=YOUR_API_KEY pwd=xxxxxxxx'],
  ['sentences', 'Your password is required. The token is expired; a secret: never tell. Password reset'],
  ['numbers', 'tokens: 4096, max_tokens=12000, pin: 5, token count: 1234567'],
  ['a class', 'class="btn-primary Component__root___2xK9f"'],
])('%s is none', (_, text) => {
  expect(secretsIn(text)).toEqual([])
})

test('the project itself holds none', () => {
  const root = new URL('../../../src/', import.meta.url)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  const found = files.flatMap((path) =>
    secretsIn(readFileSync(new URL(path, root), 'utf8')).map(({ kind, value }) => `${path} ${kind} ${value}`),
  )
  expect(found).toEqual([])
  const lock = secretsIn(readFileSync(new URL('../package-lock.json', root), 'utf8'))
  expect(lock).toEqual([])
})

test('a part of a secret is noticed', () => {
  expect(partsOfSecret('hunter22')).toEqual(['hunter22'])
  const secret = made(40)
  const parts = partsOfSecret(secret)
  expect(parts[0]).toBe(secret)
  for (let from = 0; from + 17 <= secret.length; from++) {
    const piece = secret.slice(from, from + 17)
    expect(
      parts.some((part) => piece.includes(part)),
      piece,
    ).toBe(true)
  }
  expect(partsOfSecret(made(100_000)).length).toBeLessThanOrEqual(200)
})
