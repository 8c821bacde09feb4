/**
 * `npm run -s bench:benign [-- --agent NAME] [--task N] [--list] [--direct]`: honest work through the guard, with default
 * settings, stand-alone, before real MCP servers (and simulated ones for mail, chat, GitHub and Notion). Six agents with ten tasks
 * each, once with the request known and once without; each agent is new and has a state directory of its own. Nothing that is
 * done here should be stopped. Progress goes to stderr; ends with one line of JSON.
 *
 * `--list` prints each stopped call; `--direct` leaves the guard out, which shows that the scripts themselves are right.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { agents } from './benign/agents.ts'
import type { CallRecord as Call } from './benign/client.ts'
import { install } from './benign/install.ts'
import { chromium, runner } from './benign/places.ts'
import type { Order } from './benign/run-tasks.ts'
import { openSite } from './benign/site.ts'
import { Tally } from './benign/tally.ts'
import type { AgentScript } from './benign/types.ts'
import { layOut } from './benign/world.ts'

const { values } = parseArgs({
  options: {
    agent: { type: 'string', multiple: true },
    task: { type: 'string', multiple: true },
    list: { type: 'boolean', default: false },
    direct: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stderr.write(`${line}\n`)

/** One client process and what it reports. */
function client(order: Order, onLine: (line: Call & { broken?: string; gaveUp?: string }) => void): Promise<void> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [runner, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line)))
    child.on('close', (status) => {
      if (status !== 0) say(`${order.script}: the client process ended with ${status}`)
      done()
    })
  })
}

async function live(script: AgentScript, known: boolean): Promise<void> {
  const label = `${script.name} (${known ? 'request known' : 'not known'})`
  const home = join(scratch, `${script.name}-${known ? 'known' : 'unknown'}`)
  mkdirSync(home)
  layOut(script.name, home)
  const names = script.tasks
    .filter((task, i) => values.task === undefined || values.task.some((t) => t === String(i + 1) || t === task.name))
    .map((task) => task.name)
  const began = performance.now()
  const order = {
    ...{ agent: `${script.name}-${known ? 'k' : 'u'}-${process.pid}`, home, web: site.url, known },
    ...{ direct: values.direct, script: script.name },
  }
  for (const tasks of script.tells === 'meta' ? [names] : names.map((name) => [name]))
    await client({ ...order, tasks }, (line) => {
      if (line.broken !== undefined) say(`${label}: ${line.task} broke: ${line.broken}`)
      else if (line.gaveUp !== undefined) {
        say(`${label}: ${line.task} was given up: ${line.gaveUp}`)
        tally.gaveUp++
      } else tally.add(line, known)
      if (line.error !== undefined)
        say(`${label}: ${line.task}: tool error ${line.server}.${line.tool} ${line.args}: ${line.error}`)
      if (values.list && line.outcome !== undefined)
        say(`${label}: ${line.task}: ${line.outcome} ${line.server}.${line.tool} ${line.args}\n    ${line.why}`)
    })
  say(`${label}: ${tally.of(script.name)} in ${Math.round((performance.now() - began) / 1000)} s`)
}

install()
const scratch = mkdtempSync(join(tmpdir(), 'rescind-benign-'))
const site = await openSite()
const tally = new Tally(new Map(agents.flatMap((agent) => agent.tasks.map((task) => [task.name, agent.name]))))
const leftOut = existsSync(chromium) ? [] : ['browser']
if (leftOut.length > 0)
  say(
    `The browser agent is left out: there is no Chromium at ${chromium} (apt-get install chromium, or RESCIND_CHROMIUM).`,
  )
const lives = agents.filter(
  ({ name }) => (values.agent === undefined || values.agent.includes(name)) && !leftOut.includes(name),
)
// A browser mostly waits: it goes first, so that the others fill the machine meanwhile.
const queue = [true, false].flatMap((known) =>
  lives
    .toSorted((a, b) => Number(b.name === 'browser') - Number(a.name === 'browser'))
    .map((script) => () => live(script, known)),
)
const worker = async () => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
}
await Promise.all([worker(), worker()])
site.close()
if (values.keep) say(`kept: ${scratch}`)
else rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
console.log(JSON.stringify({ ...tally.figures(), ...(leftOut.length > 0 ? { leftOut } : {}) }))
process.exit(0)
