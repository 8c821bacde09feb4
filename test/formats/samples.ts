import { readFileSync } from 'node:fs'
import { formats } from '../../src/formats/index.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Raw } from '../../src/model/raw.ts'
import type { Reject } from '../../src/model/reject.ts'
import { decode } from '../../src/stages/decode.ts'

export const received = Date.UTC(2026, 0, 31, 12, 0, 0)
export interface Outcome {
  events: AgentEvent[]
  rejects: Reject[]
  ignored: number | undefined
}

const stage = decode(formats)

/** Runs the decode stage over one body. */
export function run(body: unknown, raw: Partial<Raw> = {}): Outcome {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const outcome: Outcome = { events: [], rejects: [], ignored: undefined }
  stage(
    { body: text, received, ...raw },
    {
      event: (event) => outcome.events.push(event),
      reject: (reject) => outcome.rejects.push(reject),
      ignore: (count) => {
        outcome.ignored = count
      },
    },
  )
  return outcome
}

/** The only reject of a body that must have just one and no event. */
export function refused(body: unknown, raw: Partial<Raw> = {}): Reject {
  const { events, rejects } = run(body, raw)
  const [reject] = rejects
  if (events.length > 0 || rejects.length !== 1 || reject === undefined) {
    throw new Error(`${events.length} events, ${rejects.length} rejects: ${JSON.stringify(rejects)}`)
  }
  return reject
}

export const sample = (name: string): string => readFileSync(new URL(`./samples/${name}`, import.meta.url), 'utf8')

/** A full event, about 700 bytes of JSON. */
export const event = () => ({
  id: '0198f0c2-7a11-7c1e-9a3b-1f2e3d4c5b6a',
  time: received - 1000,
  kind: 'outcome',
  tenant: 'acme',
  agent: { id: 'spiffe://acme.example/agents/billing-bot', cohort: 'billing' },
  principal: 'alice@example.com',
  session: 's-81f2',
  task: { id: 't-4711' },
  trace: { id: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' },
  call: 'c-12',
  attempted: true,
  credential: { id: 'sha256:9f86d081884c7d65', scopes: ['crm.read'] },
  tool: { server: 'crm', name: 'get_customer' },
  action: 'read',
  resource: { id: 'customer/4711', dataset: 'customers', sensitivity: 'confidential' },
  destinations: [{ hash: 'h1', kind: 'email', seen: { in: 'tool-output', call: 'c-11', form: 'prose' } }],
  arguments: { digest: 'sha256:2c26b46b68ffc68f', bytes: 122, fromOutputs: 0.25 },
  result: { bytes: 2048, records: 1 },
  environment: 'production',
  outcome: 'allowed',
  point: { id: 'proxy-1', seq: 1882 },
})

/** The least that is an event. */
export const least = () => ({ id: 'e1', time: received, kind: 'heartbeat', agent: { id: 'a' } })
