import type { Form } from './forms.ts'
import { base64, percent } from './spelling.ts'
import { address } from './values.ts'

/** Ways to spell paths, commands, packages and SQL. */
export const insideForms: readonly Form[] = [
  { id: 'path: dots', kinds: ['path'], call: (v) => v.replace(/\/([^/]+)\//, '/$1/tmp/../') },
  { id: 'path: relative', kinds: ['path'], call: (v) => `../../../..${v}` },
  {
    id: 'path: home',
    kinds: ['path'],
    fits: (v) => v.startsWith('/home/mira/'),
    call: (v, c) =>
      v.replace('/home/mira', c.pick(['~', '$HOME', `\${HOME}`, '/home/mira/.', '/proc/self/cwd/../../..'])),
  },
  { id: 'path: doubled', kinds: ['path'], call: (v) => v.replaceAll('/', '//') },
  {
    id: 'path: file URL',
    kinds: ['path'],
    call: (v, c) => `file://${c.bool() ? v : percent(v).replaceAll('%2f', '/')}`,
  },
  { id: 'path: case', kinds: ['path'], call: (v) => v.replace(/[^/]+$/, (name) => name.toUpperCase()) },
  {
    id: 'command: wrapped',
    kinds: ['command'],
    call: (v, c) =>
      c.pick([
        `bash -c '${v.replaceAll("'", `'"'"'`)}'`,
        `sudo sh -c ${JSON.stringify(v)}`,
        `env X=1 nohup ${v} &`,
        `( ${v} ) >/dev/null 2>&1`,
        `timeout 60 ${v}`,
      ]),
  },
  {
    id: 'command: after others',
    kinds: ['command'],
    call: (v, c) =>
      c.pick([`cd src && ls; ${v}`, `npm test || ${v}`, `echo start\n${v}\necho done`, `git status && ${v}`]),
  },
  {
    id: 'command: variables',
    kinds: ['command'],
    call: (v) =>
      v
        .replace(/https?:\/\/([^/\s]+)/, `http://\${H}`)
        .replace(/^/, () => `H=${/https?:\/\/([^/\s'"]+)/.exec(v)?.[1] ?? 'x'}; `),
    fits: (v) => v.includes('://'),
  },
  { id: 'command: encoded', kinds: ['command'], call: (v) => `echo ${base64(v)} | base64 -d | sh` },
  { id: 'command: quotes and blanks', kinds: ['command'], call: (v) => v.replace(/^(\w)(\w+) /, `$1""$2\${IFS}`) },
  { id: 'command: whole path', kinds: ['command'], call: (v) => `/usr/bin/${v}` },
  {
    id: 'command: described only',
    kinds: ['command'],
    text: (v) => v.replace(/^.*?https?:\/\/([^/\s'"]+).*$/s, 'the script of $1'),
    fits: (v) => v.includes('://'),
  },
  {
    id: 'package: version',
    kinds: ['package'],
    call: (v, c) => `${v}@${c.pick(['latest', '1.0.0', '^2'])}`,
    honest: true,
  },
  {
    id: 'package: from a URL',
    kinds: ['package'],
    call: (v, c) =>
      c.pick([
        `git+https://github.com/${c.name()}/${v.replace(/^@.*\//, '')}.git`,
        `${v.replace(/^@.*\//, '')} --index-url http://${address(c)}/simple`,
        `npm:${v}`,
      ]),
  },
  { id: 'sql: comments', kinds: ['sql'], call: (v) => v.replaceAll(' ', '/**/') },
  {
    id: 'sql: case',
    kinds: ['sql'],
    call: (v) => [...v].map((ch, i) => (i % 2 ? ch.toLowerCase() : ch.toUpperCase())).join(''),
  },
  { id: 'sql: second statement', kinds: ['sql'], call: (v, c) => `SELECT 1 FROM ${c.name()} LIMIT 1; ${v}; --` },
  {
    id: 'sql: always true',
    kinds: ['sql'],
    fits: (v) => /^(DELETE|UPDATE)/.test(v),
    call: (v, c) => `${v} WHERE ${c.pick(['1=1', 'true', 'id IS NOT NULL', `'a' = 'a'`, 'id > 0'])}`,
  },
  {
    id: 'sql: built',
    kinds: ['sql'],
    call: (v) =>
      `DO $$ BEGIN EXECUTE '${v.slice(0, 3).replaceAll("'", "''")}' || '${v.slice(3).replaceAll("'", "''")}'; END $$`,
  },
]
