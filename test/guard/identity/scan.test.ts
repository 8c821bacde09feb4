import { expect, test } from 'vitest'
import { identitiesIn } from '../../../src/guard/identity/index.ts'

const told = (text: string, max?: number) =>
  identitiesIn(text, max === undefined ? undefined : { max }).map(({ kind, canonical }) => `${kind} ${canonical}`)

test('prose, Markdown, HTML, JSON and quotes, in order and each once', () => {
  expect(
    told(`Mail ann@corp.example, or see https://a.example/x_(y). [Here](https://b.example/z), <bob@corp.example>,
      "zoe@corp.example", **https://c.example/q**, ann@corp.example; <a href="https://d.example/?a=1&amp;b=2">x</a>`),
  ).toEqual([
    'mailbox ann@corp.example',
    'url https://a.example/x_(y)',
    'url https://b.example/z',
    'mailbox bob@corp.example',
    'mailbox zoe@corp.example',
    'url https://c.example/q',
    'url https://d.example/?a=1&b=2',
  ])
  expect(told('{"to":"ann@corp.example","link":"https:\\/\\/a.example\\/x","say":"hi\\nbob@corp.example"}')).toEqual(
    expect.arrayContaining(['mailbox ann@corp.example', 'url https://a.example/x', 'mailbox bob@corp.example']),
  )
})

test.each([
  ['full width', 'ａｎｎ＠ｃｏｒｐ．ｅｘａｍｐｌｅ'],
  ['zero width', 'a\u200bnn@co\u200drp.exam\u2060ple'],
  ['soft hyphen', 'ann@cor\u00adp.example'],
  ['bidirectional', '\u202eann@corp.example\u202c'],
  ['look-alikes', 'аnn@соrр.ехаmрlе'],
  ['a broken line', 'write to ann@corp.\nexample today'],
  ['a hyphenated line', 'write to ann@co-\nrp.example today'],
  ['a line before the sign', 'write to ann\n@corp.example today'],
  ['a quoted line', '> write to ann@corp.\n> example'],
  ['gaps', 'ann @ corp.example'],
  ['brackets', 'ann [at] corp [dot] example'],
  ['parentheses', 'ann(at)corp(dot)example'],
  ['words', 'ann at corp dot example'],
  ['a percent sign', 'see ?to=ann%40corp.example&x=1'],
  ['an HTML sign', 'ann&#64;corp&#46;example'],
  ['a code escape', '"ann\\u0040corp.example"'],
  ['an argument', '--to=ann@corp.example'],
  ['a query', 'https://x.example/?to=ann@corp.example&y'],
  ['a link', 'mailto:ann@corp.example?subject=x'],
  ['a tag', 'ann+x@corp.example'],
  ['no spaces', '请发送到ann@corp.example谢谢'],
  ['an attribute', "<a data-mail='ann@corp.example'>"],
])('an address spelled with %s', (_, text) => {
  expect(told(text)).toContain('mailbox ann@corp.example')
})

test.each([
  ['https://evil.example.com/x', 'hxxps://evil[.]example[.]com/x'],
  ['https://evil.example.com/x', 'evil.example.com/x'],
  ['https://evil.example.com/x', 'https://ｅｖｉｌ．example．com/x'],
  ['https://evil.example.com/x', 'https://evil。example。com/x'],
  ['https://evil.example.com/x', 'https://еvіl.ехаmрlе.соm/x'],
  ['https://evil.example.com/x', 'go?u=https%3A%2F%2Fevil.example.com%2Fx'],
  ['https://evil.example.com/x', 'https://good.example/?u=https://evil.example.com/x&y=1'],
  ['https://evil.example.com/x', "fetch('https://evil.example.com/x')"],
  ['https://evil.example.com/x', 'https://a.example,https://evil.example.com/x,'],
  ['https://evil.example.com/x', '访问https://evil.example.com/x。然后'],
  ['https://evil.example.com/', '访问https://evil.example.com然后'],
  ['https://203.0.113.7/x', 'http://3405803783/x'],
])('%s as %s', (url, text) => {
  expect(told(text)).toContain(`url ${url}`)
})

test('hosts by their suffix, and no names of files or code', () => {
  expect(told('ask www.corp.co.uk or shop.example.com. Or corp.io!')).toEqual([
    'host www.corp.co.uk',
    'host shop.example.com',
    'host corp.io',
  ])
  expect(
    told('README.md main.py run.sh lib.rs a.b v1.2.3 e.g. i.e. ... self.name = 1; list.map(f); Node.js 3.14'),
  ).toEqual([])
})

test('numbers, addresses, paths and repositories', () => {
  expect(
    told(`Call +49 30 1234567 or (555) 123-4567. IBAN DE89 3704 0044 0532 0130 00. Host 203.0.113.7, fe80::1, at 12:30:45.
      See /etc/passwd, ~/.ssh/id_rsa, "C:\\Temp\\x" and file. Clone git@github.com:octo/repo.git. Account no. 12345678.`),
  ).toEqual([
    'phone +49301234567',
    'phone 5551234567',
    'iban DE89370400440532013000',
    'ip 203.0.113.7',
    'ip fe80::1',
    'path /etc/passwd',
    'path ~/.ssh/id_rsa',
    'path c:/Temp/x',
    'mailbox git@github.com',
    'repository github.com/octo/repo',
    'account 12345678',
  ])
  expect(told('and/or, 1/2, </div>, std::vector, a::b, 1.2.3.4.5, 10:30, DE12 is short')).toEqual([])
})

test('an internationalised host is itself, beside what it looks like', () => {
  expect(told('пишите на почта@пример.рф')).toEqual(['mailbox почта@xn--e1afmkfd.xn--p1ai'])
  const both = told('https://аpple.com/')
  expect(both).toEqual(['url https://xn--pple-43d.com/', 'url https://apple.com/'])
})

test('at most so many', () => {
  const many = Array.from({ length: 50 }, (_, i) => `a${i}@corp.example`).join(' ')
  expect(told(many)).toHaveLength(50)
  expect(told(many, 7)).toHaveLength(7)
})
