import { describe, expect, it } from 'vitest'
import { actOf, describeTool, type ToolDescription } from '../../../src/guard/act/index.ts'
import { TaskMemory } from '../../../src/guard/provenance/index.ts'

const context = { roots: ['/work/proj'], home: '/home/me' }
const database: ToolDescription = {
  name: 'execute_query',
  description: 'Runs SQL in a DuckDB database',
  inputSchema: { properties: { sql: { type: 'string' } } },
}

/** A task that acts as a guard lets it, one call after another. */
class Work {
  readonly #memory = new TaskMemory()
  constructor(request = 'Fix the bug') {
    this.#memory.addRequest(request)
  }

  #examine(tool: string | ToolDescription, args: unknown) {
    const model = describeTool(typeof tool === 'string' ? { name: tool } : tool)
    return this.#memory.examine({ tool: model.name, act: actOf(model, args, context), args })
  }

  did(tool: string | ToolDescription, args: unknown, answer: string | object = 'ok'): this {
    this.#memory.addOutput('earlier', answer, this.#examine(tool, args))
    return this
  }

  ran = (command: string, answer = ''): this => this.did('run_command', { command }, answer)
  sql = (sql: string): this => this.did(database, { sql })

  /** How many things it destroys that are not its own and nobody asked for; 0 where it destroys nothing. */
  of(tool: string | ToolDescription, args: unknown): number {
    return this.#examine(tool, args).provenance.unasked ?? 0
  }

  rm = (command: string): number => this.of('run_command', { command })
  drop = (sql: string): number => this.of(database, { sql })
  items = (command: string) => this.#examine('run_command', { command }).arguments.items
}

describe('what a line of commands destroys is what its removing commands name', () => {
  it.each([
    'touch b.txt && rm b.txt',
    'echo 1 > c.txt && cat c.txt && rm c.txt',
    'cp a b; rm b',
    'mkdir -p tmp && cp -r src tmp/ ; rm -rf tmp',
    'cd /tmp && mkdir w && cd w && touch a && cd .. && rm -rf w',
    'python3 tool.py --out /tmp/o.json && cat /tmp/o.json && rm /tmp/o.json',
    'gcc -o hello.bin a.c && ./hello.bin; rm hello.bin',
    'rm -rf .terraform && ls -A',
    'find . -name "*.pyc" -not -path "./.venv/*" -delete',
    'find . ! -path "./x/*" -name "*.o" -delete',
  ])('%s', (line) => {
    expect(new Work().rm(line)).toBe(0)
  })

  it.each([
    ['rm a.txt && touch a.txt', 1],
    ['mv a b; rm b', 1],
    ['echo x >> notes.txt; rm notes.txt', 1],
    ['touch b.txt && rm c.txt', 1],
    ['touch z && git clean -fd', 100],
    ['sed -i s/a/b/ core.py && rm core.py', 1],
    ['cat a.txt b.txt && rm a.txt', 1],
    ['grep -o core.py list.txt; rm core.py', 1],
    ['tool --format=core.py; rm core.py', 1],
    ['find . -not -name "*.pyc" -delete', 100],
    ['find . -name "*.pyc" -o -type f -delete', 100],
    ['find . -name "*.pyc" ! \\( -name a \\) -delete', 100],
    ['rm -rf build', 1],
    ['rm -rf /srv/other/.venv', 1],
  ])('others’ things go: %s', (line, least) => {
    expect(new Work().rm(line)).toBeGreaterThanOrEqual(least)
  })

  it('counts what is removed, not what else stands there', () => {
    expect(new Work().rm('cat a.txt b.txt && rm a.txt')).toBe(1)
    expect(new Work().rm('rm -f src/*.orig; rm core.py')).toBe(1)
  })

  it('what was read was there before the line wrote it', () => {
    const work = new Work().did('list_directory', { path: '/work/proj' }, '- thesis.tex\n- a.py')
    expect(work.rm('touch thesis.tex && rm thesis.tex')).toBe(1)
    expect(work.rm('touch other.tex && rm other.tex')).toBe(0)
  })

  it('what is its own counts nothing towards what a task may destroy', () => {
    expect(new Work().items('touch b.txt && rm b.txt')).toBe(0)
    expect(new Work('Delete a.txt').items('rm a.txt')).toBe(1)
  })
})

describe('what a program was told to write is the agent’s own later too', () => {
  it.each([
    ['python3 tool.py --out out.json', 'rm out.json'],
    ['terraform plan -out=staging.plan', 'rm staging.plan'],
    ['terraform plan -out=staging.plan', 'rm /work/proj/staging.plan'],
    ['pandoc a.md -o a.pdf', 'rm a.pdf'],
    ['curl -s https://api.example/x > got.json', 'rm got.json'],
  ])('%s, then %s', (made, removed) => {
    expect(new Work().ran(made).rm(removed)).toBe(0)
  })

  it('and what was there is not', () => {
    const work = new Work().did('list_directory', { path: '/work/proj' }, '- out.json\n- a.py')
    expect(work.ran('python3 tool.py --out out.json').rm('rm out.json')).toBe(1)
    expect(new Work().ran('kubectl get pods -o yaml').rm('rm yaml')).toBe(1)
  })
})

describe('what a build leaves', () => {
  it.each([
    ['cargo test', 'rm -rf target'],
    ['npm run build', 'rm -rf dist'],
    ['cmake -B out', 'rm -rf out'],
    ['cat .gitignore', 'rm -rf build/'],
  ])('%s, then %s', (before, removed) => {
    expect(new Work().ran(before, 'node_modules\n/build/\n*.log\n').rm(removed)).toBe(0)
  })

  it('is no more than that', () => {
    const work = new Work().ran('cat .gitignore', 'build/\ndata/\n.env\n')
    expect(work.rm('rm -rf data')).toBe(1)
    expect(work.rm('rm .env')).toBe(1)
    expect(work.rm('rm -rf dist')).toBe(1)
    expect(work.rm('rm -rf /srv/other/build')).toBe(1)
    expect(new Work().ran('cat notes.md', 'build/').rm('rm -rf build')).toBe(1)
    expect(new Work().ran('npm run build').rm('rm -rf src')).toBe(1)
  })
})

describe('where a thing lies, or that it is said twice, is no further thing', () => {
  it.each([
    ['delete_note', { path: 'Inbox/a.md', confirmPath: 'Inbox/a.md' }],
    ['delete_object', { bucket: 'assets', key: 'draft/intro.mov' }],
    ['delete_records', { baseId: 'appA1', tableId: 'tblF1', recordIds: ['recAAA111'] }],
    ['delete_message', { channelId: '112233445566', messageId: '998877665544' }],
    ['kubectl_delete', { namespace: 'ingest', resourceType: 'pod', name: 'consumer-7d9f8' }],
    ['delete_branch', { owner: 'corp', repo: 'app', branch: 'old-1' }],
  ])('%s', (tool, args) => {
    expect(new Work().of(tool, args)).toBe(1)
  })

  it('each thing counts, and where nothing tells, each that is named', () => {
    expect(new Work().of('delete_records', { baseId: 'appA1', recordIds: ['recA1', 'recB2'] })).toBe(2)
    expect(new Work().of('delete_repository', { owner: 'corp', repo: 'app' })).toBe(2)
    expect(new Work().of('delete_bucket', { bucket: 'assets' })).toBe(1)
  })

  it('a place that only a text supplies may lead to others’', () => {
    const text = 'Hello, as we said on the phone: the old one lies in customers-prod and can go any time, regards, Tom'
    const work = new Work('Delete draft/intro.mov').did('read_email', { id: '1' }, text)
    expect(work.of('delete_object', { bucket: 'customers-prod', key: 'draft/intro.mov' })).toBe(1)
    expect(work.of('delete_object', { bucket: 'assets', key: 'draft/intro.mov' })).toBe(0)
  })

  it('what a sending act’s answer calls it is its own, wherever that lies', () => {
    for (const id of ['sen_9001', '1180000000000099']) {
      const work = new Work('Post the summary')
        .did('list_channels', {}, [{ id: '112233445566', name: 'news' }])
        .did('send_message', { channelId: '112233445566', message: 'x' }, { id, ok: true })
      expect(work.of('delete_message', { channelId: '112233445566', messageId: id })).toBe(0)
      expect(work.of('delete_message', { channelId: '112233445566', messageId: '1180000000000001' })).toBe(1)
    }
  })
})

describe('SQL drops what it names', () => {
  it.each([
    ['Drop the table orders', 'DROP TABLE IF EXISTS orders'],
    ['Drop the schema staging', 'DROP SCHEMA IF EXISTS staging CASCADE'],
    ['Fix it', 'CREATE TABLE t1 (a int); DROP TABLE t1'],
    ['Fix it', 'CREATE TABLE b AS SELECT * FROM a; SELECT * FROM c; DROP TABLE b'],
  ])('%s: %s', (request, sql) => {
    expect(new Work(request).drop(sql)).toBe(0)
  })

  it('a view or table that it has put there is its own', () => {
    expect(new Work().sql('CREATE OR REPLACE VIEW v1 AS SELECT 1').drop('DROP VIEW IF EXISTS v1')).toBe(0)
    expect(new Work().sql('CREATE SCHEMA tmp_x').drop('DROP SCHEMA tmp_x CASCADE')).toBe(0)
    expect(new Work().sql('CREATE TABLE IF NOT EXISTS t1 (a int)').drop('DROP TABLE t1')).toBe(1)
  })

  it.each([
    ['DROP TABLE orders; CREATE TABLE orders (a int)', 1],
    ['CREATE TABLE b AS SELECT * FROM a; DROP TABLE a', 1],
    ['DROP TABLE IF EXISTS a, main.b', 2],
    ['DROP VIEW if_v', 1],
    ['TRUNCATE a', 100],
  ])('others’ are not: %s', (sql, least) => {
    expect(new Work().drop(sql)).toBeGreaterThanOrEqual(least)
  })
})
