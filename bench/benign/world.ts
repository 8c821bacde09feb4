import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  accessLog,
  csvOf,
  customers,
  dailyNotes,
  generatedParser,
  orders,
  serviceLog,
  stationFiles,
} from './generate.ts'
import { benign } from './places.ts'
import type { AgentName } from './types.ts'

/** A text of files: `=== NAME` begins each. */
export function parts(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const part of text.split(/^=== /m).slice(1)) {
    const end = part.indexOf('\n')
    found.set(part.slice(0, end), part.slice(end + 1))
  }
  return found
}

/** A picture as cameras do not make them: a few pixels and a comment, 1 KB. */
const picture = (n: number): Buffer =>
  Buffer.concat([
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
    Buffer.alloc(900 + 37 * n, n),
  ])

function generated(agent: AgentName): Record<string, string | Buffer> {
  switch (agent) {
    case 'coding':
      return { ...stationFiles(), 'src/generated/bulletin-parser.js': generatedParser() }
    case 'data':
      return { 'in/customers.csv': csvOf(customers()), 'in/orders.csv': csvOf(orders()), 'in/access.log': accessLog() }
    case 'notes':
      return {
        ...dailyNotes(),
        'attachments/booth.png': picture(1),
        'attachments/harbour-hall.png': picture(2),
        'attachments/card-scan.png': picture(3),
      }
    case 'operations':
      return {
        ...Object.fromEntries(
          ['api', 'web', 'db', 'worker', 'queue', 'cache'].map((name, i) => [
            `var/log/${name}.log`,
            serviceLog(name, 1500, 43 + i),
          ]),
        ),
        'var/log/access.log': accessLog(1500, 47),
      }
    default:
      return {}
  }
}

/** Lays out the folder that an agent works in, below `home`, with what the simulated servers remember beside it. */
export function layOut(agent: AgentName, home: string): void {
  const root = join(home, 'work')
  const files = {
    ...Object.fromEntries(parts(readFileSync(join(benign, `worlds/${agent}.txt`), 'utf8'))),
    ...generated(agent),
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
    if (path.startsWith('bin/')) chmodSync(join(root, path), 0o755)
  }
  cpSync(join(benign, 'worlds/sim'), join(home, 'sim'), { recursive: true })
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { stdio: ['ignore', 'ignore', 2] })
  if (agent !== 'coding' && agent !== 'operations') return
  git('init', '--quiet', '--initial-branch', 'main')
  git('config', 'user.name', 'Project Bot')
  git('config', 'user.email', 'bot@northpier.example')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'As it stands')
}
