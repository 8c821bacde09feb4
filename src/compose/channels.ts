import type { Logger } from 'pino'
import { Value } from 'typebox/value'
import type { Config } from '../config/schema.ts'
import { RescindError, wordsOf } from '../errors.ts'
import { faultsOf } from '../model/faults.ts'
import type { Channel } from '../ports/channel.ts'
import type { Log } from '../ports/log.ts'
import { Deliver, type DeliverEvent } from '../runtime/deliver.ts'
import type { Monitor } from '../runtime/monitor.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import type { Metrics } from '../telemetry.ts'

/** Opens the channels that the configuration names, and tells them of commands from then on. */
export async function openChannels(
  config: Config,
  known: readonly Channel[],
  parts: { monitor: Monitor; log: Log; logger: Logger; metrics: Metrics; onFailed(error: unknown): void },
): Promise<{ close(): Promise<void> }> {
  const { monitor, log, logger, metrics, onFailed } = parts
  const delivers: Deliver[] = []
  const close = async () => void (await Promise.all(delivers.map((each) => each.close())))
  try {
    for (const [id, given] of Object.entries(config.channels)) {
      const channel = known.find((each) => each.id === id)
      if (channel === undefined) throw invalid(`channels.${id}`, `is no channel; known are ${idsOf(known)}`)
      const options = Value.Default(channel.options, structuredClone(given))
      const [fault] = Value.Check(channel.options, options) ? [] : faultsOf(channel.options, options, `channels.${id}`)
      if (fault !== undefined) throw invalid(fault.path, fault.message)
      const open = await channel.open(options)
      const deliver = new Deliver({
        log,
        clock: wallClock,
        channel,
        open,
        group: config.kafka.group,
        hasEnded: (tenant, command, seq) => monitor.commandTables.hasEnded(tenant, command, seq),
        receive: (receipts) => monitor.receive(receipts),
        onEvent: (event) => tell(id, event, logger, metrics),
        onFailed,
      })
      delivers.push(deliver)
      await deliver.start()
      const trouble = await open.probe().catch(wordsOf)
      if (trouble !== undefined) logger.warn({ channel: id, why: trouble }, 'channel: not reachable yet')
    }
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}

const idsOf = (known: readonly Channel[]): string => known.map(({ id }) => id).join(', ') || 'none yet'

const invalid = (path: string, message: string) =>
  new RescindError('CONFIG_INVALID', `${path}: ${message}`, { data: { faults: [{ path, message }] } })

function tell(channel: string, event: DeliverEvent, logger: Logger, metrics: Metrics): void {
  if (event.kind === 'answer') {
    const { outcome, command, why } = event
    metrics.channelAnswers.inc({ channel, outcome })
    const level = outcome === 'refused' ? 'warn' : 'debug'
    logger[level]({ channel, outcome, command, ...(why === undefined ? {} : { why }) }, 'channel: answered')
  } else if (event.kind === 'breaker') {
    metrics.channelBreaker.set({ channel }, event.open ? 1 : 0)
    const about = { channel, ...(event.why === undefined ? {} : { why: event.why }) }
    logger.warn(about, event.open ? 'channel: unreachable, nothing is sent until it answers' : 'channel: answers again')
  } else
    logger.error({ channel, command: event.command }, 'channel: it only informs, and said applied; taken for delivered')
}
