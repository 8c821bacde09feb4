import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { go, openPage } from './browser.ts'

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))

const shown = [
  ['agents', '#/agents', 'light', 620],
  ['agent', '#/agents/billing-assistant', 'light', 1080],
  ['agent', '#/agents/billing-assistant', 'dark', 1080],
] as const

/** The pictures of docs/console.md and the README. */
export async function takePictures(browser: Browser, url: string, key: string): Promise<void> {
  for (const [name, hash, theme, height] of shown) {
    const { page, close } = await openPage(browser, url, { theme, key, width: 1280, height })
    await go(page, hash)
    await page.getByText('Live,').waitFor()
    await page.screenshot({ path: `${folder}console-${name}-${theme}.png` })
    await close()
  }
}
