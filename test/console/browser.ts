import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'

const executablePath = process.env.RESCIND_CHROMIUM ?? '/usr/bin/chromium'

/** Chromium of this machine. Fails with what to install when there is none. */
export function launch(): Promise<Browser> {
  if (!existsSync(executablePath))
    throw new Error(
      `There is no Chromium at ${executablePath}. Install one (Debian: apt-get install chromium) or set RESCIND_CHROMIUM to its path.`,
    )
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

export interface Look {
  theme?: 'light' | 'dark'
  width?: number
  height?: number
  /** The bearer token; undefined: the page asks for it. */
  key?: string
}

/**
 * A page of the console in a context of its own. `faults` collects what must not happen: requests to elsewhere, errors and
 * violations of the content security policy.
 */
export async function openPage(
  browser: Browser,
  url: string,
  { theme = 'light', width = 1280, height = 900, key }: Look = {},
) {
  const context = await browser.newContext({
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height },
    timezoneId: 'Europe/Berlin',
  })
  context.setDefaultTimeout(8000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) faults.push(`asked for ${request.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`threw ${error}`))
  page.on('dialog', (dialog) => {
    faults.push(`opened a dialog: ${dialog.message()}`)
    dialog.dismiss().catch(() => {})
  })
  await page.goto(url)
  if (key !== undefined) await signIn(page, key)
  return { page, faults, close: () => context.close() }
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key or access token').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor()
}

/** The text of a part of the page, as one line. */
export const words = async (part: Locator): Promise<string> => ((await part.textContent()) ?? '').replace(/\s+/g, ' ')

/** Goes to a page by its address and waits until it has asked the monitor. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  const body = page.locator(`main .body[data-route=${JSON.stringify(hash)}]`)
  await body.waitFor({ state: 'attached' })
  await body.locator('.waiting').waitFor({ state: 'detached' })
}
