import { rmSync, writeFileSync } from 'node:fs'
import { localKeyFile, readLocalKey } from '../api/server/local-key.ts'
import { compose, type Rescind } from '../compose/compose.ts'
import { loadConfig } from '../config/load-config.ts'
import { isLoopback } from '../config/loopback.ts'
import type { Config } from '../config/schema.ts'
import { createLogger, createMetrics } from '../telemetry.ts'
import { addressFile } from './client.ts'
import { type DrillResult, drillLines, drillTenant, runDrill } from './drill.ts'
import { narrator } from './narrate.ts'
import { colors, harmless, type Output, shellWord } from './output.ts'
import { programName } from './program-name.ts'

export interface StartOptions {
  config?: string
  data?: string
  policy?: string
  host?: string
  port?: number
  history: boolean
  drill: boolean
}

/** What is in hand at a stop may take this long. */
const closeMs = 20_000

/** `rescind start`: up, proven on an empty store, and what to do next. Stops in order on SIGINT and SIGTERM. */
export async function start(options: StartOptions, out: Output): Promise<void> {
  const began = performance.now()
  // What is written is for nobody else, whoever made the directory.
  process.umask(0o077)
  const config = configOf(options)
  const isTerminal = !out.json && process.stdout.isTTY && process.stderr.isTTY
  const logger = createLogger(
    config.logging.level,
    isTerminal ? narrator((text) => process.stderr.write(harmless(text))) : undefined,
  )
  const stop = stopSignal(out)
  const running = await compose(config, logger, createMetrics())
  try {
    const readyMs = Math.round(performance.now() - began)
    writeFileSync(addressFile(config.data), `${running.url}\n`, { mode: 0o600 })
    out.answer({ url: running.url, history: running.history ?? null, readyMs, pid: process.pid }, () =>
      banner(running, readyMs),
    )
    const drilled = running.fresh && options.drill ? await proven(running, config, stop, out) : undefined
    if (drilled !== undefined)
      logger[drilled.ok || stop.aborted ? 'info' : 'error'](
        { tenant: drilled.tenant, ok: drilled.ok, timeToDenyMs: drilled.timeToDenyMs, why: drilled.why },
        drilled.ok ? 'the drill passed' : 'the drill did not pass',
      )
    if (!stop.aborted) out.say(next(running, config.data, drilled))
    await aborted(stop)
  } finally {
    rmSync(addressFile(config.data), { force: true })
    const late = setTimeout(() => {
      out.remark(`Not done after ${closeMs / 1000} s: leaving what is open. Everything acknowledged is in the log.`)
      process.exit(1)
    }, closeMs)
    await running.close()
    clearTimeout(late)
  }
  out.say(colors.dim('Stopped.'))
}

const configOf = (options: StartOptions): Config =>
  loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    env: process.env,
    overrides: {
      ...(options.data === undefined ? {} : { data: options.data }),
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      http: {
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.port === undefined ? {} : { port: options.port }),
      },
      ...(options.history ? {} : { history: { enabled: false } }),
    },
  })

/** Aborts at the first signal to stop; the second one ends the process at once, which the log survives. */
function stopSignal(out: Output): AbortSignal {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130)
    out.say(colors.dim(`\n${name}: finishing what is in hand; once more to stop at once.`))
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return controller.signal
}

/** Listeners do not keep a process alive; the server does. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

async function proven(
  running: Rescind,
  config: Config,
  signal: AbortSignal,
  out: Output,
): Promise<DrillResult | undefined> {
  const key = config.auth.localKey ? readLocalKey(config.data) : undefined
  if (key === undefined || !isLoopback(new URL(running.url).hostname)) {
    out.say(
      colors.dim(
        `\nThe local key does not open this monitor; with a token of your issuer, prove it by: ${programName()} drill`,
      ),
    )
    return undefined
  }
  out.say('\nThe store is empty, so here is the whole path once, with a synthetic agent:\n')
  const result = await runDrill({ url: running.url, key }, { tenant: config.tenant ?? drillTenant, signal })
  for (const line of drillLines(result)) out.say(line)
  return result
}

function banner({ url, history, historyOff }: Rescind, readyMs: number): string {
  const lines = [
    `${colors.bold('Rescind')} is up after ${(readyMs / 1000).toFixed(1)} s`,
    '',
    `  API      ${colors.cyan(url)}`,
  ]
  if (history === undefined) lines.push(`  history  ${colors.yellow(`off: ${historyOff ?? 'not configured'}`)}`)
  else {
    const how = history.embedded ? 'ClickHouse, embedded' : 'ClickHouse'
    const who =
      history.reader === undefined
        ? ''
        : `; user ${history.reader.username}, password in ${history.reader.passwordFile}`
    lines.push(`  history  ${colors.cyan(history.url)} ${colors.dim(`(${how}${who})`)}`)
  }
  return lines.join('\n')
}

function next(running: Rescind, data: string, drilled: DrillResult | undefined): string {
  const key = shellWord(localKeyFile(data))
  const here = data === './.rescind' || data === '.rescind' ? '' : ` --data ${shellWord(data)}`
  const event = `{"id":"e1","time":"'$(date -u +%FT%TZ)'","kind":"outcome","agent":{"id":"my-agent"},"tool":{"name":"crm.search"},"action":"read"}`
  const lines = [
    `\n${colors.bold('Next')}`,
    `  send an event      curl -sS ${running.url}/v1/events -H "authorization: Bearer $(cat ${key})" -H 'content-type: application/json' -d '${event}'`,
    `  guard an agent     npx rescind guard --agent my-agent${running.url === 'http://127.0.0.1:7077' ? '' : ` --monitor ${running.url}`}${here} -- npx -y @modelcontextprotocol/server-filesystem .`,
    `  open the console   ${running.url}/ ${colors.dim(`(it asks for the key in ${key})`)}`,
    `  look               npx rescind agents${here} · npx rescind commands${here} · npx rescind explain my-agent${here}`,
  ]
  if (drilled?.command !== undefined)
    lines.push(`  why the denial     npx rescind explain ${drilled.command} --tenant ${drilled.tenant}${here}`)
  lines.push(colors.dim('  stop               Ctrl-C'))
  return lines.join('\n')
}
