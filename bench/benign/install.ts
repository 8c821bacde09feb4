import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lab } from './places.ts'

/** What is installed, by exact version; another list installs anew. */
const wanted = {
  npm: [
    '@modelcontextprotocol/server-memory@2026.8.31',
    '@modelcontextprotocol/server-sequential-thinking@2026.8.31',
    'mcp-server-commands@0.5.0',
    '@playwright/mcp@0.0.83',
  ],
  python: ['mcp-server-git==2026.10.19', 'mcp-server-time==2026.10.19', 'mcp-server-fetch==2026.10.24'],
  // Written for an older SDK than the others.
  pythonSqlite: ['mcp==1.30.0', 'mcp-server-sqlite==2025.4.25'],
}

function run(what: string, command: string, args: string[], cwd = lab): void {
  process.stderr.write(`lab: ${what}\n`)
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed; remove ${lab} and try again`)
}

/** Real servers from npm and PyPI into the lab, once. Needs npm, git and python3 with venv. */
export function install(): void {
  const mark = join(lab, 'installed.json')
  const list = JSON.stringify(wanted)
  if (existsSync(mark) && readFileSync(mark, 'utf8') === list) return
  const node = join(lab, 'node')
  mkdirSync(node, { recursive: true })
  if (!existsSync(join(node, 'package.json'))) writeFileSync(join(node, 'package.json'), '{"private":true}\n')
  const quiet = ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error']
  run(`npm packages into ${node} (once)`, 'npm', ['install', ...quiet, ...wanted.npm], node)
  for (const [folder, packages] of [
    ['py', wanted.python],
    ['py-sqlite', wanted.pythonSqlite],
  ] as const) {
    if (!existsSync(join(lab, folder)))
      run(`python environment ${folder}`, 'python3', ['-m', 'venv', join(lab, folder)])
    run(`python packages into ${folder} (once)`, join(lab, folder, 'bin/pip'), ['install', '-q', ...packages])
  }
  // Its first use installs packages of its own.
  const first = 'from readabilipy import simple_json_from_html_string as s; s("<p>x</p>", use_readability=True)'
  run('first use of the reader of pages', join(lab, 'py/bin/python'), ['-c', first])
  writeFileSync(mark, list)
}
