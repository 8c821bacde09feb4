import { describe, expect, test } from 'vitest'
import { actOf, describeTool, type ToolDescription, type ToolTableEntry } from '../../../../src/guard/act/index.ts'

const object = (properties: Record<string, unknown>) => ({ type: 'object', properties })
const text = { type: 'string' }
const sinkOf = (tool: ToolDescription, table?: ToolTableEntry) => describeTool(tool, table).sink
const roles = (tool: ToolDescription) =>
  Object.fromEntries([...describeTool(tool).roles].map(([name, { role }]) => [name, role]))

/** Names with nothing beside them. */
const names: Record<string, string> = {
  look: 'read_file list_users search_orders get_pull_request_status browser_navigate git_log agent_status resolve_library_id resolve_user start_search get_post order_history',
  own: 'write_file create_entities git_commit git_add git_reset git_checkout append_note browser_close edit_file create_branch',
  shared:
    'add_comment create_issue update_page create_event  browser_click fill_form kill_process close_ticket frobnicate handle_dialog resolve_incident dismiss_alert',
  outward:
    'send_email post_message share_file forward_email git_push upload_file publish_post http_request reply_to_thread',
  money:
    'transfer_funds book_flight reserve_table place_order checkout_cart pay_invoice create_refund schedule_payment tool_schedule_bank_transfer buy_stock',
  execution: 'execute_command run_code start_process browser_evaluate install_package fetch_and_execute invoke_agent',
  persistence:
    'create_token set_permission update_password add_ssh_key create_webhook create_schedule create_cron_job add_member grant_role set_config_value deactivate_user configure_integration update_security_group create_presigned_url set_page_restrictions add_mcp_server stop_logging silence_alert',
  approval: 'approve_pull_request reject_request sign_contract confirm_booking',
  irreversible:
    'delete_file read_and_delete_message drop_table purge_queue list_and_purge cancel_order cleanup terminate_instance',
}
for (const [sink, list] of Object.entries(names))
  test.each(list.split(/\s+/))(`%s is ${sink}`, (name) => {
    expect(sinkOf({ name })).toBe(sink)
  })

test('a path makes it own space, somebody’s project makes it shared', () => {
  expect(sinkOf({ name: 'edit_block', inputSchema: object({ file_path: text, new_string: text }) })).toBe('own')
  expect(sinkOf({ name: 'update_a_block', inputSchema: object({ block_id: text }) })).toBe('shared')
  expect(sinkOf({ name: 'create_or_update_file', inputSchema: object({ owner: text, repo: text, path: text }) })).toBe(
    'shared',
  )
  expect(sinkOf({ name: 'update_file', inputSchema: object({ project_id: text, file_path: text }) })).toBe('shared')
})

test('schema and description raise, hints alone do not', () => {
  expect(sinkOf({ name: 'get_page', inputSchema: object({ url: text, method: text, body: text }) })).toBe('outward')
  expect(sinkOf({ name: 'lookup', inputSchema: object({ to: text, body: text }) })).toBe('outward')
  expect(sinkOf({ name: 'get_item', description: 'Gets an item and deletes it.' })).toBe('irreversible')
  expect(sinkOf({ name: 'zap', description: 'Sends an email to a customer.' })).toBe('outward')
  expect(sinkOf({ name: 'get_prompt', description: 'Gets a prompt and executes it' })).toBe('look')
  expect(sinkOf({ name: 'write_file', annotations: { destructiveHint: true } })).toBe('own')
  expect(sinkOf({ name: 'send_email', annotations: { readOnlyHint: true } })).toBe('outward')
  expect(sinkOf({ name: 'zap', annotations: { readOnlyHint: true }, inputSchema: object({ id: text }) })).toBe('shared')
  expect(
    sinkOf({ name: 'zap', annotations: { readOnlyHint: true }, inputSchema: object({ to: text, body: text }) }),
  ).toBe('shared')
  expect(sinkOf({ name: 'zap', annotations: { destructiveHint: true } })).toBe('shared')
})

test('a tool of several acts is the gravest of them', () => {
  const users = { name: 'manage_users', inputSchema: object({ action: { enum: ['list', 'get', 'delete'] } }) }
  expect(sinkOf(users)).toBe('irreversible')
})

test('the table overrides: a sink is final, a class takes the name’s sink within it', () => {
  expect(describeTool({ name: 'send_email' }, { sink: 'own' })).toMatchObject({
    sink: 'own',
    from: 'table',
    action: 'write',
  })
  expect(describeTool({ name: 'send_money' }, { action: 'export' })).toMatchObject({ sink: 'money', action: 'export' })
  expect(describeTool({ name: 'send_direct_message' }, { action: 'export' })).toMatchObject({ sink: 'outward' })
  expect(describeTool({ name: 'zap' }, { action: 'delete' })).toMatchObject({ sink: 'irreversible', action: 'delete' })
  expect(describeTool({ name: 'append_to_file' }, { action: 'write' })).toMatchObject({ sink: 'own' })
  const tool = { name: 'send', inputSchema: object({ where: text }) }
  expect(describeTool(tool, { roles: { where: 'destination' } }).roles.get('where')).toMatchObject({
    role: 'destination',
    because: 'the table',
  })
})

test('what arguments are for', () => {
  expect(
    roles({
      name: 'send_email',
      inputSchema: object({
        to: { type: 'array', items: { type: 'string', format: 'email' } },
        cc: text,
        inReplyTo: text,
        subject: text,
        body: text,
        attachments: text,
        sidenote: text,
        html: { type: 'boolean' },
      }),
    }),
  ).toMatchObject({
    'to[]': 'destination',
    cc: 'destination',
    inReplyTo: 'selector',
    subject: 'payload',
    body: 'payload',
    sidenote: 'payload',
    html: 'control',
  })
  expect(
    roles({
      name: 'transfer_money',
      inputSchema: object({ recipient: text, iban: text, amount: { type: 'number' }, from_account: text }),
    }),
  ).toEqual({ recipient: 'destination', iban: 'destination', amount: 'control', from_account: 'selector' })
  expect(
    roles({ name: 'get_page', inputSchema: object({ url: text, query: text, page: { type: 'integer' } }) }),
  ).toEqual({ url: 'destination', query: 'selector', page: 'control' })
  expect(roles({ name: 'write_file', inputSchema: object({ path: text, content: text }) })).toEqual({
    path: 'selector',
    content: 'payload',
  })
  expect(
    roles({
      name: 'create_issue',
      inputSchema: object({
        owner: text,
        repo: text,
        title: text,
        body: text,
        issue_number: { type: 'integer' },
        assignees: { type: 'array', items: text },
      }),
    }),
  ).toMatchObject({
    owner: 'selector',
    title: 'payload',
    body: 'payload',
    issue_number: 'selector',
    'assignees[]': 'destination',
  })
  expect(
    roles({
      name: 'send',
      inputSchema: {
        type: 'object',
        properties: { message: { $ref: '#/$defs/M' } },
        $defs: { M: object({ to: text, text }) },
      },
    }),
  ).toMatchObject({ 'message.to': 'destination', 'message.text': 'payload' })
})

test('any description is answered', () => {
  const loop: Record<string, unknown> = { type: 'object' }
  loop.properties = { a: loop }
  for (const inputSchema of [
    null,
    1,
    [],
    loop,
    { properties: [1] },
    { $ref: '#/$ref' },
    { properties: { x: { $ref: '#/properties/x' } } },
  ])
    expect(describeTool({ name: 'x'.repeat(10_000), description: 'and '.repeat(10_000), inputSchema }).sink).toBe(
      'shared',
    )
})

describe('what an agent remembers it may forget', () => {
  const of = (name: string, description = '') => describeTool({ name, description }).sink

  test('where name or description say that it is its memory', () => {
    expect(of('delete_entities', 'Delete multiple entities and their relations from the knowledge graph')).toBe('own')
    expect(of('delete_memory')).toBe('own')
  })

  test('not things that are called alike, nor things of others', () => {
    expect(of('delete_entities', 'Deletes rows of the customer table')).toBe('irreversible')
    expect(of('delete_customer_memory', 'Deletes what was remembered of a customer')).toBe('irreversible')
    expect(of('delete_file', 'Frees memory')).toBe('irreversible')
  })
})

test('an image for a workload runs there, and a prompt with a schedule later', () => {
  expect(sinkOf({ name: 'set_image', inputSchema: object({ deployment: text, image: text }) })).toBe('execution')
  expect(sinkOf({ name: 'set_image', inputSchema: object({ width: text, image: text }) })).toBe('own')
  expect(sinkOf({ name: 'create_task', inputSchema: object({ prompt: text, schedule: text }) })).toBe('persistence')
  expect(sinkOf({ name: 'create_task', inputSchema: object({ title: text, schedule: text }) })).toBe('shared')
})

test('a request is a place and a method beside each other: a method within a record makes none', () => {
  const list = (properties: Record<string, unknown>) => ({ type: 'array', items: object(properties) })
  const event = object({
    summary: text,
    description: text,
    attendees: list({ email: text }),
    source: object({ url: text, title: text }),
    reminders: object({ overrides: list({ method: text, minutes: { type: 'number' } }) }),
  })
  const call = { summary: 'Party', attendees: [{ email: 'zed@other.example' }], description: 'PIN 4471' }
  const sink = (name: string, inputSchema: unknown, args: unknown) =>
    actOf(describeTool({ name, inputSchema }), args, { roots: [] }).sink
  expect(sink('create-event', event, call)).toBe('shared')
  expect(sink('update_event', event, call)).toBe('shared')
  // Beside each other, but what is made is no request.
  expect(sink('create_endpoint', object({ url: text, method: text }), { url: 'https://a.example' })).not.toBe('look')
  expect(sink('update_api', object({ url: text, method: text }), { url: 'https://a.example', method: 'GET' })).not.toBe(
    'look',
  )
  expect(
    sink('add_attachment', object({ url: text, body: text, title: text }), { url: 'https://a.example', title: 'x' }),
  ).not.toBe('look')
  for (const inputSchema of [
    object({ url: text, method: text }),
    object({ url: text, options: object({ method: text }) }),
  ])
    for (const name of ['http_request', 'make_request', 'do']) {
      expect(sink(name, inputSchema, { url: 'https://a.example/x' })).toBe('look')
      const post = { url: 'https://a.example/x', method: 'POST', options: { method: 'POST' } }
      expect(sink(name, inputSchema, post)).toBe('outward')
    }
  // What is said goes along, whatever it is called.
  const say = object({ url: text, method: text, message: text })
  expect(sink('http_notify', say, { url: 'https://a.example', message: 'PIN 4471' })).toBe('outward')
})
