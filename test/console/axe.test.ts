import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { go, launch, openPage } from './browser.ts'
import { type Api, office, places } from './scene.ts'

let api: Api
let url = ''
let browser: Browser
beforeAll(async () => {
  ;[api, browser] = await Promise.all([
    openApi(temporaryDirectory(), { settings: { history: { enabled: false } } }),
    launch(),
  ])
  await office(api)
  url = await api.listen()
})
afterAll(async () => {
  await browser?.close()
  await api?.close()
})

interface Violation {
  id: string
  impact: string
  nodes: { html: string }[]
}
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations: found, passes } = await page.evaluate<{ violations: Violation[]; passes: unknown[] }>(
    'axe.run(document)',
  )
  expect(passes.length).toBeGreaterThan(10)
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test('axe finds nothing serious on any page, in the dialog or at the sign-in', async () => {
    const { page, close } = await openPage(browser, url, { theme })
    const found: Record<string, string[]> = { 'sign-in': await violations(page) }
    await page.getByLabel('Key or access token').fill(api.key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor()
    for (const place of await places(api)) {
      await go(page, place)
      found[place] = await violations(page)
    }
    await go(page, '#/approvals')
    await page.getByRole('button', { name: 'Approve' }).first().click()
    found.dialog = await violations(page)
    expect(Object.entries(found).filter(([, each]) => each.length > 0)).toEqual([])
    await close()
  }, 60_000)
})
