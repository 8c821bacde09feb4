import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import { KafkaSource } from '../edges/kafka/inlet/source.ts'
import type { SourceEvent } from '../edges/kafka/inlet/source-options.ts'
import { sourceOptions } from '../edges/kafka/options.ts'
import { native } from '../formats/native/native.ts'
import { operators } from '../runtime/inlet.ts'
import type { Monitor } from '../runtime/monitor.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import { countTaken, type Metrics } from '../telemetry.ts'
import { topicNames } from './flow.ts'

/** Topics of others, read into our log whichever it is. */
export function openSources(config: Config, monitor: Monitor, logger: Logger, metrics: Metrics) {
  const own = config.sources.length === 0 ? new Set<string>() : new Set(topicNames(config))
  const options = config.sources.map((source, at) => sourceOptions(source, at, config.kafka, own))
  const open = options.map((each, at) => {
    const { format, tenant, name, owner } = config.sources[at] as Config['sources'][number]
    const publisher = `source:${name}`
    const reading = {
      from: owner ? operators(publisher) : { publisher, owns: () => false },
      ...(format === 'auto' ? {} : { format: format === 'json' ? native.id : format }),
      ...(tenant === undefined ? {} : { tenant }),
    }
    return new KafkaSource({
      ...each,
      clock: wallClock,
      async take(batch) {
        const taken = await monitor.take(batch, reading)
        countTaken(metrics, taken)
        return taken.rejected.length
      },
      onMessage: (level, message, about) => logger[level]({ source: name, ...about }, message),
      onEvent: (event, about) =>
        logger[isTrouble(event) ? 'warn' : 'info']({ source: name, ...about }, `source: ${event}`),
    })
  })
  return {
    counts: () => open.map((each) => each.counts),
    close: async () => void (await Promise.all(open.map((each) => each.close()))),
  }
}

const isTrouble = (event: SourceEvent): boolean =>
  event === 'away' || event === 'waiting' || event === 'lost' || event === 'remade'
