import { join } from 'node:path'
import colors from 'picocolors'
import { compose, type Rescind } from '../compose.ts'
import { loadConfig } from '../config/load-config.ts'
import { createLogger, createMetrics } from '../telemetry.ts'
import { runDrill, tellDrill } from './drill.ts'
import type { Output } from './output.ts'

export interface StartOptions {
  config?: string
  data?: string
  policy?: string
  host?: string
  port?: string
  history: boolean
  drill: boolean
}

/** `rescind start`: up, proven on an empty store, and what to do next. Stops in order on SIGINT and SIGTERM. */
export async function start(options: StartOptions, out: Output): Promise<void> {
  const began = performance.now()
  const config = loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    env: process.env,
    overrides: {
      ...(options.data === undefined ? {} : { data: options.data }),
      ...(options.policy === undefined ? {} : { policy: options.policy }),
      http: {
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.port === undefined ? {} : { port: Number(options.port) }),
      },
      ...(options.history ? {} : { history: { enabled: false } }),
    },
  })
  const logger = createLogger(process.env.RESCIND_LOGGING_LEVEL ?? (out.json ? 'info' : 'warn'))
  const running = await compose(config, logger, createMetrics())
  const stopped = untilStopped(running, out)
  out.answer(
    { url: running.url, history: running.history?.url ?? null, readyMs: Math.round(performance.now() - began) },
    () => banner(running, performance.now() - began),
  )
  if (running.fresh && options.drill) {
    out.say(`\nThe store is empty, so here is the whole path once, with a synthetic agent:\n`)
    const result = await runDrill({ url: running.url, data: config.data })
    if (!out.json) tellDrill(result, out)
    if (!result.ok) process.exitCode = 1
  }
  out.say(next(running, config.data))
  await stopped
}

function banner(running: Rescind, ms: number): string {
  const history =
    running.history === undefined
      ? colors.yellow(`off (${running.historyOff ?? 'not configured'})`)
      : running.history.url
  return [
    `${colors.bold('Rescind')} is up after ${(ms / 1000).toFixed(1)} s`,
    `  API      ${running.url}`,
    `  history  ${history}${running.history?.embedded === true ? colors.dim(' (embedded ClickHouse engine)') : ''}`,
  ].join('\n')
}

function next(running: Rescind, data: string): string {
  const key = join(data, 'rescind.key')
  const event = `{"id":"e1","time":"'$(date -u +%FT%TZ)'","kind":"outcome","agent":{"id":"my-agent"},"tool":{"name":"crm.search"},"action":"read"}`
  return [
    `\n${colors.bold('Next')}`,
    `  send an event      curl -sS ${running.url}/v1/events -H "authorization: Bearer $(cat ${key})" -H 'content-type: application/json' -d '${event}'`,
    `  guard an agent     npx rescind guard --agent my-agent -- npx -y @modelcontextprotocol/server-filesystem .`,
    `  look               npx rescind agents · npx rescind commands · npx rescind explain my-agent`,
    colors.dim('  stop with Ctrl-C'),
  ].join('\n')
}

/** Resolves after an orderly stop; a second signal ends at once. */
function untilStopped(running: Rescind, out: Output): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(130)
      stopping = true
      out.say(colors.dim(`\n${signal}: finishing what is in hand …`))
      running.close().then(resolve, (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      })
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
