import { RescindError } from '../../errors.ts'
import { type Knowledge, parseKnowledge } from '../../protocol/knowledge.ts'
import type { MonitorClient } from './client.ts'

/** What the monitor knows of an agent; throws when it does not answer, or not with that. */
export async function fetchKnowledge(
  client: MonitorClient,
  tenant: string,
  agent: string,
  cohort: string | undefined,
): Promise<Knowledge> {
  const query = new URLSearchParams({ tenant, ...(cohort === undefined ? {} : { cohort }) })
  const parsed = parseKnowledge(await client.json(`/v1/agents/${encodeURIComponent(agent)}/knowledge?${query}`))
  if ('knowledge' in parsed) return parsed.knowledge
  const why = parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new RescindError('MONITOR_UNREACHABLE', `What ${client.url} answered is no knowledge of an agent: ${why}`)
}
