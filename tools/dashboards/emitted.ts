import type { Metric } from 'prom-client'
import { createMetrics, metricHelp } from '../../src/telemetry.ts'
import type { Known } from './promql.ts'

/** Every series that a process has, from the registry itself; ours must be in the list of metrics too. */
export function emittedMetrics(): ReadonlyMap<string, Known> {
  const { registry } = createMetrics()
  const known = new Map<string, Known>()
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name)
    if (metric === undefined) continue
    const labels = new Set(labelsOf(metric))
    for (const series of seriesOf(name, metric)) known.set(series, { labels })
  }
  for (const name of Object.keys(metricHelp)) if (!known.has(name)) throw new Error(`${name} is listed and not made`)
  return known
}

/** prom-client keeps the names of the labels to itself; an empty list would let no expression pass. */
const labelsOf = (metric: Metric): readonly string[] =>
  'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : []

const seriesOf = (name: string, metric: Metric): string[] =>
  metric.constructor.name === 'Histogram' || metric.constructor.name === 'Summary'
    ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]
    : [name]
