import type { ActionClass, AgentEvent } from '../../src/model/event.ts'
import type { openApi } from '../support/api.ts'
import { until } from '../support/until.ts'

export type Api = Awaited<ReturnType<typeof openApi>>
type Tool = readonly [name: string, action: ActionClass, dataset: string]

const minute = 60_000
let n = 0

/** One act `ago` ms before now. */
export const act = (ago: number, agent: string, over: Partial<AgentEvent> = {}): AgentEvent => ({
  id: `act-${String(++n).padStart(4, '0')}`,
  time: Date.now() - ago,
  kind: 'outcome',
  tenant: 'default',
  agent: { id: agent },
  outcome: 'allowed',
  environment: 'production',
  ...over,
})

interface Habit {
  id: string
  cohort: string
  principal: string
  tools: readonly Tool[]
}

const finance = 'finance-agents'
const support = 'support-agents'
const staff: readonly Habit[] = [
  {
    id: 'billing-assistant',
    cohort: finance,
    principal: 'maria.keller@corp.example',
    tools: [
      ['erp.invoice.search', 'list', 'erp.invoices'],
      ['erp.invoice.get', 'read', 'erp.invoices'],
      ['erp.invoice.comment', 'write', 'erp.invoices'],
    ],
  },
  {
    id: 'expense-checker',
    cohort: finance,
    principal: 'jon.adeyemi@corp.example',
    tools: [
      ['erp.receipt.get', 'read', 'erp.receipts'],
      ['erp.receipt.flag', 'write', 'erp.receipts'],
    ],
  },
  {
    id: 'ticket-triage',
    cohort: support,
    principal: 'support-desk@corp.example',
    tools: [
      ['desk.ticket.list', 'list', 'desk.tickets'],
      ['desk.ticket.get', 'read', 'desk.tickets'],
      ['desk.ticket.label', 'write', 'desk.tickets'],
    ],
  },
  {
    id: 'kb-writer',
    cohort: support,
    principal: 'lena.fischer@corp.example',
    tools: [
      ['wiki.page.get', 'read', 'wiki.pages'],
      ['wiki.page.update', 'write', 'wiki.pages'],
    ],
  },
  {
    id: 'release-bot',
    cohort: 'build-agents',
    principal: 'ci@corp.example',
    tools: [
      ['repo.diff.get', 'read', 'repo.code'],
      ['repo.comment', 'write', 'repo.code'],
    ],
  },
  {
    id: 'market-watch',
    cohort: 'research-agents',
    principal: 'omar.haddad@corp.example',
    tools: [['web.search', 'list', 'web.public']],
  },
]

const identity = ({ id, cohort, principal }: Habit): Partial<AgentEvent> => ({
  agent: { id, cohort, workload: `spiffe://corp.example/agents/${id}` },
  principal,
  credential: { id: `cred-${id}` },
  source: { network: '10.20.4.0/24' },
})

/** Clean tasks of one agent, the last of them ended an hour ago. */
function* past(habit: Habit, tasks: number): Iterable<AgentEvent> {
  for (let t = 0; t < tasks; t++) {
    const task = { id: `${habit.id}-task-${t + 1}` }
    const began = (tasks - t) * 9 * minute + 60 * minute
    yield act(began, habit.id, { ...identity(habit), kind: 'task-start', task })
    for (const [i, tool] of habit.tools.entries()) yield ordinary(began - (i + 1) * 0.7 * minute, habit, tool, task)
    yield act(began - 5 * minute, habit.id, {
      ...identity(habit),
      kind: 'task-end',
      task: { ...task, status: 'completed' },
    })
  }
}

const ordinary = (ago: number, habit: Habit, [name, action, dataset]: Tool, task: { id: string }): AgentEvent =>
  act(ago, habit.id, {
    ...identity(habit),
    task,
    tool: { name },
    action,
    resource: { dataset, sensitivity: 'internal' },
    arguments: { items: 1 + (n % 3), bytes: 120 },
    result: { bytes: 900 + ((n * 7919) % 4000) },
  })

/** An office at work: six agents with a past, of which the billing assistant now reads payroll and has it sent outside. */
function* day(): Iterable<AgentEvent> {
  for (const habit of staff) yield* past(habit, 12)
  for (const habit of staff)
    for (const [i, tool] of habit.tools.entries())
      yield ordinary((20 - i) * minute, habit, tool, { id: `${habit.id}-task-now` })
  yield* drift()
}

export const traceOfDrift = '4bf92f3577b34da6a3ce929d0e0e4736'
function* drift(): Iterable<AgentEvent> {
  const [habit] = staff as readonly Habit[] as readonly [Habit]
  const task = { id: 'billing-assistant-task-now', intent: 'Answer the supplier about invoice 4711' }
  const on = (over: Partial<AgentEvent>): Partial<AgentEvent> => ({ ...identity(habit), task, ...over })
  yield act(
    5 * minute,
    habit.id,
    on({
      tool: { name: 'erp.invoice.get' },
      action: 'read',
      resource: { dataset: 'erp.invoices', sensitivity: 'internal' },
      trace: { id: traceOfDrift, span: 'a1' },
    }),
  )
  for (let i = 0; i < 3; i++)
    yield act(
      3 * minute - i * 9000,
      habit.id,
      on({
        tool: { name: 'hr.payroll.export_view' },
        action: 'read',
        resource: { dataset: 'hr.payroll', sensitivity: 'restricted' },
        trace: { id: traceOfDrift, span: `a${i + 2}`, parent: 'a1' },
      }),
    )
  yield act(minute, 'mail-helper', {
    agent: { id: 'mail-helper', cohort: finance, workload: 'spiffe://corp.example/agents/mail-helper' },
    principal: habit.principal,
    chain: [
      { id: habit.principal, kind: 'human' },
      { id: habit.id, kind: 'agent' },
      { id: 'mail-helper', kind: 'agent' },
    ],
    task: { id: 'mail-helper-task-1' },
    credential: { id: 'cred-mail-helper' },
    tool: { name: 'mail.draft' },
    action: 'write',
    trace: { id: traceOfDrift, span: 'b1', parent: 'a4' },
  })
  yield act(
    2000,
    habit.id,
    on({
      tool: { name: 'mail.send' },
      action: 'export',
      destinations: [
        { hash: 'd-outside', display: 'accounts@suppller-billing.example', kind: 'email', boundary: 'external' },
      ],
      trace: { id: traceOfDrift, span: 'a5', parent: 'a1' },
    }),
  )
}

/** A tool that the agent always uses, and that this task did not declare: a person is asked. */
const undeclared = (id: string, ago: number): AgentEvent => {
  const habit = staff.find((each) => each.id === id) as Habit
  return ordinary(ago, habit, habit.tools.at(-1) as Tool, { id: `${id}-task-now` })
}

const json = { 'content-type': 'application/json' }
async function post(api: Api, url: string, payload: object): Promise<void> {
  const answer = await api.call({ method: 'POST', url, headers: json, payload })
  if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`)
}
export const send = (api: Api, events: Iterable<AgentEvent>) => post(api, '/v1/events', [...events])

/** What no format can use: it goes to the dead letters. */
export const sendBroken = (api: Api, lines: readonly string[]) =>
  api.call({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': 'application/x-ndjson' },
    payload: lines.join('\n'),
  })

/** The credential of the build bot, used by a runner that nobody knows from another network. */
const stolen = (ago: number): AgentEvent =>
  act(ago, 'runner-7f3a', {
    credential: { id: 'cred-release-bot' },
    source: { network: '203.0.113.0/24' },
    principal: 'ci@corp.example',
    task: { id: 'runner-7f3a-1' },
    tool: { name: 'repo.diff.get' },
    action: 'read',
  })

/** All that the console shows: a drift with its command applied, two step-ups that wait, a stolen credential, dead letters. */
export async function office(api: Api): Promise<void> {
  await send(api, day())
  for (const agent of ['kb-writer', 'expense-checker']) {
    const [first] = staff.find(({ id }) => id === agent)?.tools ?? []
    await post(api, '/v1/scopes', { id: `scope-${agent}`, agent, tools: [first?.[0]] })
  }
  await send(api, [undeclared('kb-writer', 2 * minute), undeclared('expense-checker', minute), stolen(90_000)])
  await sendBroken(api, ['{"id":"broken","time":"soon","agent":{"id":7}}', 'no JSON <img src=x onerror=alert(1)>'])
  for (const agent of ['kb-writer', 'expense-checker', 'runner-7f3a']) await command(api, agent)
  const drifted = await command(api, 'billing-assistant')
  await receipt(api, drifted, 'mcp-proxy-1', 'delivered')
  await receipt(api, drifted, 'mcp-proxy-1', 'applied')
  await until('its receipt is settled', () =>
    api.monitor.commandTables.of('default').table.commands.get(drifted)?.state === 'applied' ? true : undefined,
  )
}

export const receipt = (
  api: Api,
  id: string,
  point: string,
  outcome: 'delivered' | 'applied' | 'refused',
  why?: string,
) => post(api, '/v1/receipts', { command: id, point, outcome, time: Date.now(), ...(why === undefined ? {} : { why }) })

/** The id of the command that interrupts the agent, once there is one. */
export const command = (api: Api, agent: string): Promise<string> =>
  until(`a command against ${agent}`, () => {
    for (const { command } of api.monitor.commandTables.of('default').table.commands.values())
      if (command.agent === agent && command.rung !== 'notify') return command.id
    return undefined
  })

/** Every page, by address. */
export const places = async (api: Api): Promise<readonly string[]> => [
  '#/agents',
  '#/agents/billing-assistant',
  '#/approvals',
  '#/findings',
  '#/commands',
  `#/commands/${await command(api, 'billing-assistant')}`,
  '#/dead-letters',
  '#/pipeline',
  `#/traces/${traceOfDrift}`,
  '#/events/act-none',
]
