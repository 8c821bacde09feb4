import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGuard } from '../../src/guard/index.ts'
import type { Command } from '../../src/model/command.ts'
import { parsePolicy } from '../../src/policy/policy.ts'
import { openApi } from '../support/api.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { go, launch, openPage, words } from './browser.ts'
import { type Api, act, command, office, receipt, send } from './scene.ts'

let api: Api
let url = ''
let browser: Browser
let page: Page
let faults: string[] = []
beforeAll(async () => {
  ;[api, browser] = await Promise.all([
    openApi(temporaryDirectory(), { settings: { history: { enabled: false } } }),
    launch(),
  ])
  await office(api)
  url = await api.listen()
  ;({ page, faults } = await openPage(browser, url))
})
afterAll(async () => {
  await browser?.close()
  await api?.close()
})

/** What has the focus, as a screen reader would name it. */
const focused = () =>
  page.evaluate<string>(
    `(() => { const at = document.activeElement; return at.tagName + ' ' + (at.labels?.[0] ?? at).textContent.trim().replace(/\\s+/g, ' ') })()`,
  )
/** Goes on with one key until the focus is there. */
async function tabTo(wanted: string): Promise<void> {
  const seen: string[] = []
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab')
    const now = await focused()
    if (now.includes(wanted)) return
    seen.push(now)
  }
  throw new Error(`"${wanted}" is not reached by the keyboard, only ${seen.join('; ')}`)
}
const life = async (id: string) => (await api.call({ method: 'GET', url: `/v1/commands/${id}` })).json()
const news = () => page.getByRole('status')

describe('by keyboard alone', () => {
  test('sign in: the key is asked for, kept in this tab only, and never in the address', async () => {
    expect(await focused()).toBe('INPUT Key or access token')
    await page.keyboard.type('not the key')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toContain('not accepted')
    // The browser reports each refused request by itself.
    expect(faults.splice(0)).toEqual([expect.stringContaining('401')])
    await page.keyboard.type(api.key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor()
    expect(page.url()).not.toContain(api.key)
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(api.key)
    expect(await page.context().cookies()).toEqual([])
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor()
  })

  test('see a drifting agent, read why', async () => {
    const rows = page.getByRole('table', { name: 'Agents, with the evidence against each' }).getByRole('row')
    await rows.filter({ hasText: 'billing-assistant' }).waitFor()
    // The worst first, and each with what is in force: what no point has applied says so.
    expect(await words(rows.nth(1))).toMatch(/runner-7f3a[\s\S]*revoke[\s\S]*issued, not applied/)
    expect(await words(rows.filter({ hasText: 'billing-assistant' }))).toMatch(
      /maria\.keller[\s\S]*revoke[\s\S]*✓\s*applied/,
    )
    await page.evaluate('scrollTo(0, 0); document.activeElement.blur()')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('A Skip to content')
    await page.keyboard.press('Enter')
    expect(await focused()).toMatch(/^MAIN/)
    await tabTo('A billing-assistant')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Why' }).waitFor()
    expect(await focused()).toBe('H1 Agent billing-assistant')
    expect(await page.title()).toBe('Agent billing-assistant – Rescind')
    const why = await words(page.getByRole('region', { name: 'Why' }))
    expect(why).toMatch(
      /read-then-export[\s\S]*restricted data read, then sent to accounts@suppller-billing\.example[\s\S]*\+11\.0/,
    )
    expect(why).toMatch(/Stands[\s\S]*Expected cost[\s\S]*×\s*400[\s\S]*revoke because \d+ is more than 100/)
    expect(why).toMatch(/Calls now for\s*revoke[\s\S]*Not for\s*quarantine needs/)
    expect(why).toMatch(
      /\d detectors are blind for this agent, for none of its events held [\s\S]*keyed \(handed-destination\)/,
    )
    const who = await words(page.getByRole('region', { name: 'Both identities' }))
    expect(who).toMatch(/spiffe:\/\/corp\.example\/agents\/billing-assistant[\s\S]*maria\.keller@corp\.example/)
    const did = page.getByRole('region', { name: 'What it did' })
    expect(await did.getByRole('img').getAttribute('aria-label')).toMatch(/events over .*, 2 findings, 1 command;/)
    expect(await words(did.getByRole('row').nth(1))).toMatch(/mail\.send[\s\S]*read-then-export 11\.0 bits/)
    const normal = await words(page.getByRole('region', { name: 'Profile against now' }))
    expect(normal).toMatch(/hr\.payroll[\s\S]*new nobody has shown it[\s\S]*erp\.invoices[\s\S]*in 12 of 12 tasks/)
    expect(await words(page.getByRole('region', { name: 'Chain of its latest trace' }))).toMatch(
      /billing-assistant[\s\S]*mail-helper[\s\S]*called by billing-assistant/,
    )
  })

  test('release its command, with a reason and a name', async () => {
    const id = await command(api, 'billing-assistant')
    await tabTo('BUTTON Release revoke for billing-assistant')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Release this command?' }).waitFor()
    expect(await focused()).toMatch(/^TEXTAREA Reason/)
    // Without a reason nothing is sent; away and back again, the focus is where it was.
    await page.keyboard.press('Escape')
    await until('the focus is back', async () => (await focused()).startsWith('BUTTON Release') || undefined)
    await page.keyboard.press('Enter')
    await page.keyboard.type('The supplier is a new one, checked by phone')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Ann Analyst')
    await page.keyboard.press('Enter')
    await news().getByText('Done: the revoke for billing-assistant is released now.').waitFor()
    expect(await life(id)).toMatchObject({ state: 'released' })
    expect((await life(id)).steps.at(-1)).toMatchObject({
      by: 'Ann Analyst',
      why: 'The supplier is a new one, checked by phone',
    })
    await until('the focus is somewhere', async () => (await focused()).startsWith('H1') || undefined)
    expect(faults).toEqual([])
  })
})

describe('by mouse', () => {
  test('approve a step-up, deny another: neither waits any more', async () => {
    const [approved, denied] = await Promise.all([command(api, 'kb-writer'), command(api, 'expense-checker')])
    await page.getByRole('link', { name: 'Approvals 2 waiting' }).click()
    const card = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: 'Asks a person: kb-writer' }) })
    expect(await words(card)).toMatch(/tool wiki\.page\.update is not in the declared scope[\s\S]*asks a person before/)
    await card.getByRole('button', { name: 'Approve' }).click()
    await page.getByLabel('Reason, for the auditor').fill('It may update this page')
    expect(await page.getByLabel('This call only, once').isChecked()).toBe(true)
    await page.getByLabel(/^Tool wiki\.page\.update/).check()
    await page.getByLabel('Further acts until the end of').selectOption('4 hours')
    // The name is remembered in this tab.
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ann Analyst')
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await news().getByText('Done: the step-up for kb-writer is released now.').waitFor()
    expect(await life(approved)).toMatchObject({ state: 'released' })
    await card.waitFor({ state: 'detached' })
    const all = (await api.call({ method: 'GET', url: '/v1/commands?agent=kb-writer' })).json().commands as {
      command: Command
    }[]
    const widened = all.find((row) => row.command.widens?.command === approved)?.command
    expect(widened).toMatchObject({ widens: { to: 'tool', by: 'Ann Analyst' }, because: 'It may update this page' })
    expect((widened?.expires ?? 0) - (widened?.time ?? 0)).toBe(4 * 3_600_000)
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByLabel('Reason, for the auditor').fill('Receipts are not its business')
    await page.getByRole('dialog').getByRole('button', { name: 'Deny' }).click()
    await page.getByText('Nobody waits for an answer.').waitFor()
    expect((await life(denied)).state).toBe('issued')
    await page.getByRole('link', { name: 'Commands' }).click()
    await page.getByText('denied by Ann Analyst: Receipts are not its business').waitFor()
    await page.getByRole('button', { name: 'Take back widened approval for kb-writer' }).click()
    await page.getByLabel('Reason, for the auditor').fill('Enough')
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
    await news().getByText('Done: the widened approval for kb-writer is released now.').waitFor()
    expect(await life(widened?.id ?? '')).toMatchObject({ state: 'released' })
  })

  test('a finding is marked as wrong, and says so', async () => {
    await page.getByRole('link', { name: 'Findings' }).click()
    const row = page.getByRole('row').filter({ hasText: 'read-then-export' })
    await row.getByRole('button', { name: 'Wrong' }).click()
    await page.getByLabel('Reason, for the auditor').fill('A known supplier')
    await page.getByRole('dialog').getByRole('button', { name: 'Mark as wrong' }).click()
    await row.getByText('✗ wrong, Ann Analyst').waitFor()
    expect(await words(row)).toContain('A known supplier')
  })

  test('“sent” is never “applied”: each state comes with its receipt, as it comes', async () => {
    const id = await command(api, 'runner-7f3a')
    await go(page, `#/commands/${id}`)
    const far = page.getByRole('region', { name: 'How far it has come' })
    expect(await words(far)).toMatch(/issued[\s\S]*delivered not yet[\s\S]*applied not yet/)
    await receipt(api, id, 'gateway-2', 'delivered')
    await far.getByText('at gateway-2').waitFor()
    expect(await words(far)).toMatch(/delivered \d\d:\d\d:\d\d at gateway-2[\s\S]*applied not yet/)
    expect(await words(page.locator('.lead'))).toContain('delivered, not applied')
    await receipt(api, id, 'gateway-2', 'applied')
    await far.getByText('not yet').waitFor({ state: 'detached' })
    expect(await words(far)).toMatch(/applied \d\d:\d\d:\d\d at gateway-2/)
  })

  test('what one point applied and another refuses is applied in part, and both are seen', async () => {
    const id = await command(api, 'runner-7f3a')
    await receipt(api, id, 'gateway-3', 'refused', 'the rung is not supported here')
    await go(page, `#/commands/${id}`)
    await page.locator('.lead').getByText('partly applied').waitFor()
    const points = page.getByRole('region', { name: 'Points' })
    expect(await words(points)).toMatch(
      /gateway-3[\s\S]*refused[\s\S]*the rung is not supported here[\s\S]*gateway-2[\s\S]*applied/,
    )
    expect(await words(page.getByRole('region', { name: 'How far it has come' }))).toContain(
      'applied not yet everywhere',
    )
    await go(page, '#/commands?state=partly-applied')
    await page.getByText('applied by 1, refused by gateway-3: the rung is not supported here').waitFor()
  })

  test('filters are part of the address, and what is typed stays while the list lives', async () => {
    await page.getByRole('link', { name: 'Agents' }).click()
    await page.getByLabel('Filter').fill('support')
    await page.getByText('2 agents that fit.').waitFor()
    await page.getByLabel('Order').selectOption('by name')
    await until('the order', async () => (page.url().includes('sort=id') ? true : undefined))
    expect(await page.getByRole('rowheader').allTextContents()).toEqual([
      expect.stringContaining('kb-writer'),
      expect.stringContaining('ticket-triage'),
    ])
    expect(await page.getByLabel('Filter').inputValue()).toBe('support')
    await page.reload()
    await page.getByText('2 agents that fit.').waitFor()
    expect(await page.getByLabel('Filter').inputValue()).toBe('support')
  })

  test('a list that lacks the agents of an instance says so', async () => {
    const lists = (url: URL) => url.pathname === '/v1/agents'
    await page.route(lists, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), silent: 2 } })
    })
    await go(page, '#/agents')
    await page.getByText('2 instances gave no answer; agents held there are missing here.').waitFor()
    await page.unroute(lists)
    await page.getByText('gave no answer').waitFor({ state: 'detached' })
  })

  test('pages: dead letters with what came in, the pipeline, a trace, an event, and one that is not', async () => {
    await page.getByRole('link', { name: 'Dead letters' }).click()
    await page.getByRole('row').filter({ hasText: 'JSON_SYNTAX' }).getByText('bytes').click()
    await page.getByText('no JSON <img src=x onerror=alert(1)>').waitFor()
    await page.getByRole('link', { name: 'Pipeline' }).click()
    await page.getByText('off: only what memory and the log hold').waitFor()
    await go(page, '#/events/act-none')
    await page.getByRole('alert').getByText('There is no event "act-none"').waitFor()
    await go(page, '#/nowhere')
    await page.getByText('The address leads nowhere.').waitFor()
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([])
  })

  test('an agent is revoked by hand: its guard stops the next call, until it is released', async () => {
    const guard = await createGuard({
      point: 'guard-1',
      agent: 'market-watch',
      monitor: { url, key: api.key, backoffMs: [5, 20], startWaitMs: 5000 },
    })
    const call = () => guard.before({ tool: 'web.search', args: {}, task: 'market-watch-task-now' }).outcome
    expect(call()).toBe('allow')
    await go(page, '#/agents/market-watch')
    await page.getByRole('button', { name: 'Revoke market-watch' }).click()
    const dialog = page.getByRole('dialog')
    expect(await words(dialog.getByRole('heading'))).toBe('Revoke market-watch?')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(call()).toBe('allow')
    await page.getByRole('button', { name: 'Revoke market-watch' }).click()
    await dialog.getByLabel('Reason, for the auditor').fill('a customer called')
    await dialog.getByLabel('Stands for').selectOption('1 hour')
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await news().getByText('Done: the revoke of market-watch is applied.').waitFor()
    expect(call()).toBe('deny')
    const id = await command(api, 'market-watch')
    const { command: ordered } = await life(id)
    expect(ordered).toMatchObject({
      by: 'Ann Analyst',
      because: 'a customer called',
      credentials: ['cred-market-watch'],
    })
    expect(ordered.expires - ordered.time).toBeLessThanOrEqual(3_600_000)

    await go(page, `#/commands/${id}`)
    expect(await words(page.locator('main'))).toMatch(/Ann Analyst ordered it by hand: a customer called/)
    await page.getByRole('button', { name: 'Release revoke for market-watch' }).click()
    await dialog.getByLabel('Reason, for the auditor').fill('it was a test')
    await dialog.getByRole('button', { name: 'Release' }).click()
    await news().getByText('is released now').waitFor()
    await until('the call goes again', () => (call() === 'allow' ? true : undefined))
    await guard.close()
  })

  test('what is ordered in one task falls on that task, whatever its name', async () => {
    const task = '\u202enight"><img src=x>'
    await send(api, [act(1000, 'market-watch', { task: { id: task }, tool: { name: 'web.search' }, action: 'list' })])
    await until('the task is known', () =>
      api.monitor.agent('default', 'market-watch')?.tasks.some(({ id }) => id === task) === true ? true : undefined,
    )
    await go(page, '#/agents/market-watch')
    await page.getByRole('button', { name: 'Step up market-watch' }).click()
    const dialog = page.getByRole('dialog')
    const option = dialog.getByLabel('Falls on').locator('option', { hasText: 'night' })
    expect(await option.textContent()).toContain('⟨U+202E⟩')
    await dialog.getByLabel('Falls on').selectOption((await option.textContent()) ?? '')
    await dialog.getByLabel('Reason, for the auditor').fill('look at it')
    await dialog.getByRole('button', { name: 'Step up' }).click()
    await news().getByText('the step-up of market-watch').waitFor()
    const { command: ordered } = await life(await command(api, 'market-watch'))
    expect(ordered.target).toEqual({ agent: 'market-watch', task })
    // It asks nobody by itself: the calls that it holds do.
    await go(page, '#/approvals')
    expect(await words(page.locator('main'))).not.toContain('market-watch')
  })

  test('the theme follows the system until it is chosen', async () => {
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await ground()
    await page.getByRole('button', { name: 'Dark theme' }).click()
    expect(await ground()).not.toBe(light)
    await page.reload()
    await page.getByRole('button', { name: 'Light theme' }).click()
    expect(await ground()).toBe(light)
  })
})

test('what the brake holds waits here: it is issued, dropped, and the brake let go', async () => {
  const parsed = parsePolicy({ brake: { perTenant: 0 } })
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  const braked = await openApi(temporaryDirectory(), {
    policy: parsed.policy,
    settings: { history: { enabled: false } },
  })
  for (const [i, credential] of ['cred-1', 'cred-2'].entries())
    await send(braked, [
      act(9000 - i, `owner-${i}`, { credential: { id: credential }, source: { network: 'eu' } }),
      act(5000 - i, `thief-${i}`, { credential: { id: credential }, source: { network: 'us' } }),
    ])
  const { page: other, close } = await openPage(browser, await braked.listen(), { key: braked.key })
  await go(other, '#/approvals')
  await other.getByText('The brake is on.').waitFor()
  const held = other.getByRole('listitem').filter({ hasText: 'Held by the brake' })
  await until('both are held', async () => ((await held.count()) === 2 ? true : undefined))
  const answer = async (button: string, verb = button) => {
    await other.getByRole('button', { name: button }).first().click()
    await other.getByLabel('Reason, for the auditor').fill('looked at')
    await other.getByRole('dialog').getByRole('button', { name: verb }).click()
    await other.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await answer('Issue revoke', 'Issue')
  await other.getByRole('status').getByText('is issued, not applied now.').waitFor()
  await answer('Do not issue')
  await until('none is held', async () => ((await held.count()) === 0 ? true : undefined))
  await answer('Release the brake')
  await other.getByText('The brake is on.').waitFor({ state: 'detached' })
  const { commands } = (await braked.call({ method: 'GET', url: '/v1/commands?rung=revoke' })).json()
  expect(commands.map(({ state }: { state: string }) => state).sort()).toEqual(['issued', 'released'])
  await close()
  await braked.close()
})

test('another tenant is looked at by its name, and the focus stays with who chooses', async () => {
  await send(api, [act(1000, 'elsewhere', { tenant: 'acme' })])
  await go(page, '#/pipeline')
  await page.reload()
  await page.getByLabel('Tenant').focus()
  await page.getByLabel('Tenant').selectOption('acme')
  await page.getByRole('link', { name: 'Agents' }).waitFor()
  expect(await focused()).toBe('SELECT Tenant')
  await page.getByRole('link', { name: 'Agents' }).click()
  await page.getByRole('link', { name: 'elsewhere' }).waitFor()
  expect(await page.getByRole('rowheader').count()).toBe(1)
  await page.goBack()
  await page.goBack()
  expect(await page.getByLabel('Tenant').inputValue()).toBe('default')
})

test('a monitor that is away is said in words, and found again when it is back; a refused key asks for another', async () => {
  await go(page, '#/agents')
  const { port } = new URL(url)
  const directory = api.config.data
  await api.close()
  await page.getByRole('alert').getByText('The monitor does not answer.').waitFor()
  // What was known stays to be read.
  expect(await page.getByRole('row').count()).toBeGreaterThan(3)
  api = await openApi(directory, { settings: { history: { enabled: false } } })
  await api.app.listen({ host: '127.0.0.1', port: Number(port) })
  await page.getByText('Live,').waitFor()
  expect(await words(page.getByRole('alert'))).toBe('')
  await page.evaluate("sessionStorage.setItem('rescind.key', 'expired')")
  await page.getByLabel('Key or access token').waitFor()
  await page.getByRole('alert').getByText('Sign in again').waitFor()
  expect(await page.evaluate('sessionStorage.getItem("rescind.key")')).toBeNull()
})
