import { expect, test } from 'vitest'
import { carriesMore, identitiesOf, lookAlikeOf } from '../../../src/guard/identity/index.ts'

const told = (value: string, hint?: string) =>
  identitiesOf(value, hint).map(({ kind, canonical }) => `${kind} ${canonical}`)

test.each([
  ['ann@corp.example', 'mailbox ann@corp.example'],
  ['ANN@Corp.Example.', 'mailbox ann@corp.example'],
  ['Ann Miller <ann@corp.example>', 'mailbox ann@corp.example'],
  ['"Miller, Ann" <ann+bills@corp.example>', 'mailbox ann@corp.example'],
  ['"ann@corp.example" <bob@other.example>', 'mailbox bob@other.example'],
  ['"bob@other.example"@corp.example', 'mailbox "bob@other.example"@corp.example'],
  ['"ann"@corp.example', 'mailbox ann@corp.example'],
  ['ann(the boss)@(of)corp.example', 'mailbox ann@corp.example'],
  ['ann (a (nested) comment) @ corp . example', 'mailbox ann@corp.example'],
  ['<@relay.example,@other.example:ann@corp.example>', 'mailbox ann@corp.example'],
  ['<ann@corp.example>', 'mailbox ann@corp.example'],
  ['ann@[203.0.113.7]', 'mailbox ann@203.0.113.7'],
  ['ann@[IPv6:2001:db8::1]', 'mailbox ann@2001:db8::1'],
  ['ann@bücher.example', 'mailbox ann@xn--bcher-kva.example'],
  ['mailto:ann%40corp.example?subject=hi', 'mailbox ann@corp.example'],
  ['a.n.n@googlemail.com', 'mailbox ann@gmail.com'],
  ['root@localhost', 'mailbox root@localhost'],
  ['https://corp.example/p?q=1', 'url https://corp.example/p?q=1'],
  ['HTTP://CORP.example.:80/p/', 'url https://corp.example/p'],
  ['https://corp.example@other.example/x', 'url https://corp.example@other.example/x'],
  ['https:\\\\corp.example\\p', 'url https://corp.example/p'],
  ['//corp.example/p', 'url https://corp.example/p'],
  ['corp.example/p', 'url https://corp.example/p'],
  ['https://corp.example/%7euser/%2e%2e/a%2fb', 'url https://corp.example/a%2Fb'],
  ['https://xn--bcher-kva.example', 'url https://xn--bcher-kva.example/'],
  ['https://bücher.example/', 'url https://xn--bcher-kva.example/'],
  ['http://3405803783/', 'url https://203.0.113.7/'],
  ['http://0xcb007107/', 'url https://203.0.113.7/'],
  ['http://0313.0.0161.07/', 'url https://203.0.113.7/'],
  ['http://[::ffff:203.0.113.7]:8080/', 'url https://203.0.113.7:8080/'],
  ['wss://corp.example/socket', 'url wss://corp.example/socket'],
  ['localhost:3000', 'url https://localhost:3000/'],
  ['corp.example', 'host corp.example'],
  ['203.0.113.7', 'ip 203.0.113.7'],
  ['2001:DB8:0::1', 'ip 2001:db8::1'],
  ['::ffff:203.0.113.7', 'ip 203.0.113.7'],
  ['+49 (0)30 1234-5678', 'phone +493012345678'],
  ['0049 30 12345678', 'phone +493012345678'],
  ['tel:+1-555-123-4567;ext=9', 'phone +15551234567'],
  ['(555) 123-4567', 'phone 5551234567'],
  ['DE89 3704 0044 0532 0130 00', 'iban DE89370400440532013000'],
  ['de89370400440532013000', 'iban DE89370400440532013000'],
  ['DE88370400440532013000', 'account DE88370400440532013000'],
  ['1234-5678-9012', 'account 123456789012'],
  ['0x52908400098527886E0F7030069857D2E4169EE7', 'account 0x52908400098527886e0f7030069857d2e4169ee7'],
  ['/a/./b//c/../d/', 'path /a/b/d'],
  ['~/.ssh//id', 'path ~/.ssh/id'],
  ['$HOME/.ssh/id', 'path ~/.ssh/id'],
  ['C:\\Users\\ann\\..\\bob', 'path c:/Users/bob'],
  ['file:///a/b%20c', 'path /a/b c'],
  ['file:///C:/x', 'path c:/x'],
  ['\\\\files.example\\share\\x', 'path //files.example/share/x'],
  ['src/index.ts', 'path src/index.ts'],
  ['README.md', 'path README.md'],
  ['git@github.com:Octo/Repo.git', 'repository github.com/octo/repo'],
  ['ssh://git@git.corp.example:2222/octo/repo.git', 'repository git.corp.example/octo/repo'],
  ['github:octo/repo', 'repository github.com/octo/repo'],
  ['#general', 'channel general'],
  ['@ann', 'handle ann'],
  ['@ann@social.example', 'handle ann@social.example'],
])('%s', (value, expected) => {
  expect(told(value)).toEqual([expected])
})

test.each([
  ['a sentence with ann@corp.example in it'],
  ['Hello world'],
  [''],
  ['a, b, and c'],
  ['3.14'],
  ['https://'],
  ['javascript:alert(1)'],
  ['data:text/html,x'],
  ['@'],
  ['<>'],
])('%s is nothing', (value) => {
  expect(told(value)).toEqual([])
})

test('lists give several', () => {
  const both = ['mailbox ann@corp.example', 'mailbox bob@corp.example']
  for (const list of [
    'ann@corp.example, Bob <bob@corp.example>',
    'ann@corp.example;bob@corp.example',
    'ann@corp.example\nbob@corp.example',
    '["ann@corp.example","bob@corp.example"]',
    'Team: ann@corp.example, "B, ob" <bob@corp.example>;',
    'mailto:ann@corp.example?bcc=bob%40corp.example',
    'mailto:?to=ann@corp.example&cc=bob@corp.example',
    'ann@corp.example <bob@corp.example>',
  ])
    expect(told(list).sort(), list).toEqual(both)
  expect(told('https://a.example/x, https://b.example/y')).toHaveLength(2)
  expect(told('ann@corp.example and some words, bob@corp.example')).toEqual([])
})

test('a hint settles what the shape leaves open', () => {
  expect(told('general', 'channel_id')).toEqual(['channel general'])
  expect(told('octo/repo', 'repoName')).toEqual(['repository octo/repo'])
  expect(told('octo/repo', 'path')).toEqual(['path octo/repo'])
  expect(told('photo@2x.png', 'file_path')).toEqual(['path photo@2x.png'])
  expect(told('030 123456', 'phoneNumber')).toEqual(['phone 030123456'])
  expect(told('run.sh', 'url')).toEqual(['host run.sh'])
  expect(told('db', 'host')).toEqual(['host db'])
  expect(told('ann', 'assignee')).toEqual(['handle ann'])
  expect(told('Bob, please copy ann@corp.example', 'cc')).toEqual(['mailbox ann@corp.example'])
  expect(told('GB33 BUKB 2020 1555 5555 55', 'recipient')).toEqual(['iban GB33BUKB20201555555555'])
})

test('a homoglyph is another place that looks like the first', () => {
  const [mail] = identitiesOf('аnn@соrp.example')
  expect(mail?.canonical).not.toBe('ann@corp.example')
  expect(mail && lookAlikeOf(mail)?.canonical).toBe('ann@corp.example')
  const [url] = identitiesOf('https://xn--pple-43d.com/x')
  expect(url?.site).toBe('xn--pple-43d.com')
  expect(url && lookAlikeOf(url)?.site).toBe('apple.com')
  const [plain] = identitiesOf('https://corp.example/x')
  expect(plain && lookAlikeOf(plain)).toBeUndefined()
  const [path] = identitiesOf('/Etc/Passwd')
  expect(path && lookAlikeOf(path)?.canonical).toBe('/etc/passwd')
})

test('whose host and whose space', () => {
  const of = (value: string) => identitiesOf(value)[0]
  expect(of('https://data.a.b.corp.co.uk/x')).toMatchObject({ host: 'data.a.b.corp.co.uk', site: 'corp.co.uk' })
  expect(of('https://corp.co.uk/x')?.owner).toBeUndefined()
  for (const [value, owner] of [
    ['https://github.com/Octo/repo/issues/1', 'github.com/octo'],
    ['https://raw.githubusercontent.com/octo/repo/main/x', 'github.com/octo'],
    ['https://api.github.com/repos/octo/repo', 'github.com/octo'],
    ['https://gist.github.com/octo/123', 'github.com/octo'],
    ['https://gitlab.com/api/v4/projects/group%2Fproject', 'gitlab.com/group'],
    ['https://octo.github.io/x', 'octo.github.io'],
    ['https://bucket.s3.eu-west-1.amazonaws.com/k', 's3/bucket'],
    ['https://s3.amazonaws.com/bucket/k', 's3/bucket'],
    ['s3://bucket/k', 's3/bucket'],
    ['https://storage.googleapis.com/bucket/k', 'gs/bucket'],
    ['gs://bucket/k', 'gs/bucket'],
    ['https://account.blob.core.windows.net/c/k', 'account.blob.core.windows.net'],
    ['https://docs.google.com/document/d/AbC/edit', 'docs.google.com/abc'],
    ['https://drive.google.com/open?id=AbC', 'docs.google.com/abc'],
    ['https://hooks.slack.com/services/T1/B1/x', 'hooks.slack.com/t1'],
    ['https://corp.slack.com/archives/C1', 'corp.slack.com'],
    ['https://pastebin.com/raw/x1', 'pastebin.com/x1'],
    ['git@github.com:octo/repo', 'github.com/octo'],
  ] as const)
    expect(of(value)?.owner, value).toBe(owner)
})

test('what a URL carries beyond the one that was read', () => {
  const of = (value: string) => {
    const [found] = identitiesOf(value)
    if (found === undefined) throw new Error(value)
    return found
  }
  const read = of('https://h.example/a/b?x=1#s')
  for (const same of [
    'http://H.example./a/b?x=1#s',
    'https://h.example/a/b?x=1',
    'https://h.example/a/b',
    'https://h.example/',
  ])
    expect(carriesMore(of(same), read), same).toBe(false)
  for (const more of ['a/b?x=1&y=2#s', 'a/b/c', 'a/bc', 'a/b?x=12', 'a/b?x=1#secret', 'b'])
    expect(carriesMore(of(`https://h.example/${more}`), read), more).toBe(true)
  for (const more of ['https://u:p@h.example/a/b', 'https://data.h.example/a/b', 'https://h.example:8443/a/b'])
    expect(carriesMore(of(more), read), more).toBe(true)
})

test('what a service numbers a conversation by is a channel where one is named, and nobody’s mailbox', () => {
  const id = '19:plan-b@rooms.host.example'
  for (const hint of ['channel', 'conversation_id']) expect(told(id, hint)).toEqual([`channel ${id}`])
  expect(told(id, 'to')).toEqual(['mailbox plan-b@rooms.host.example'])
  expect(told('ann@corp.example', 'channel')).toEqual(['mailbox ann@corp.example'])
  expect(told('Team: ann@corp.example', 'channel')).toEqual(['mailbox ann@corp.example'])
})
