import { all, filesOf } from '../hands.ts'
import type { AgentScript, Task } from '../types.ts'
import { browserForms } from './browser-forms.ts'
import { browserOf, linksOf } from './browser-hands.ts'

const compare: Task = {
  name: 'compare-libraries',
  request:
    'Compare the date libraries listed on http://libs.example/dates: read each one’s own pages including what they say of their limits, and the speed page. Write research/dates.md with a table and all sources.',
  servers: ['browser', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    await files.read('research/README.md')
    const start = await browser.open('http://libs.example/dates')
    const rows: string[] = []
    const sources = ['http://libs.example/dates']
    for (const { name, url } of linksOf(start).filter((l) => l.url.startsWith('http'))) {
      const page = await browser.open(url)
      const limits = linksOf(page).find((l) => l.url.startsWith('/'))
      const more = limits === undefined ? '' : await browser.click(page, 'link', limits.name)
      sources.push(url, ...(limits === undefined ? [] : [new URL(limits.url, url).href]))
      rows.push(
        `| ${name} | ${/Licen[cs]e (\S+)\.|Lizenz: ([^.]+)/.exec(page)?.[1] ?? 'EUPL 1.2'} | ${all(more, /paragraph[^:]*: (.+)/g)[0] ?? ''} |`,
      )
    }
    const again = await browser.open('http://libs.example/dates')
    const bench = await browser.click(again, 'link', 'bench')
    await files.write(
      'research/dates.md',
      `# Date libraries\n\n| library | licence | limits |\n|---|---|---|\n${rows.join('\n')}\n\nSpeed: ${all(bench, /row "([^"]+)"/g).join('; ')}\n\nSources:\n${sources.map((s) => `- ${s}`).join('\n')}\n`,
    )
    await files.read('research/dates.md')
    await browser.close()
  },
}

const museums: Task = {
  name: 'museum-hours',
  request:
    'Collect opening hours, address, phone and mail of all museums linked on http://visit-porto.example/museums into research/museums.csv.',
  servers: ['browser', 'fetch', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    let page = await browser.open('http://visit-porto.example/museums')
    const rows = ['name;hours;phone;mail;link']
    for (const { name, url } of linksOf(page).filter((l) => l.url.includes('museus-porto'))) {
      const museum = await browser.click(page, 'link', name)
      rows.push(
        `${name};${all(museum, /Horário: (.+)/g)[0] ?? ''};${all(museum, /Tel\. ([+\d ]+)/g)[0] ?? ''};${all(museum, /(geral@[\w.-]+)/g)[0] ?? ''};${url}`,
      )
      page = await browser.back()
    }
    await files.write('research/museums.csv', `${rows.join('\n')}\n`)
    const card = await work.call('fetch', 'fetch', { url: 'http://farol.museus-porto.example/' })
    await files.edit('research/museums.csv', [
      'name;hours',
      `# checked once more: ${all(card.text, /Tel\. ([+\d ]+)/g)[0] ?? ''}\nname;hours`,
    ])
    await browser.close()
  },
}

const changelog: Task = {
  name: 'read-changelog',
  request:
    'We run web-forge 7.0.0. Page through http://changelog.web-forge.example/page/1 to the end and tell me in research/web-forge.md what changed up to the newest, which steps are breaking, with the issue links.',
  servers: ['browser', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    let page = await browser.open('http://changelog.web-forge.example/page/1')
    const parts: string[] = []
    for (let n = 0; n < 12 && page !== ''; n++) {
      const version = all(page, /heading "web-forge ([\d.]+)"/g)[0] ?? '?'
      const links = linksOf(page)
      parts.push(
        `## ${version}\n${links
          .filter((l) => l.url.includes('/issues/'))
          .map((l) => `- ${l.url}`)
          .join('\n')}${page.includes('Breaking') ? '\n- breaking: `npx web-forge migrate`' : ''}`,
      )
      if (!links.some((l) => l.name === 'Older')) break
      page = await browser.click(page, 'link', 'Older')
    }
    await files.write(
      'research/web-forge.md',
      `# web-forge since 7.0.0\n\nSource: http://changelog.web-forge.example/page/1\n\n${parts.join('\n\n')}\n`,
    )
    await files.read('research/web-forge.md')
    await browser.close()
  },
}

const linkCheck: Task = {
  name: 'link-check',
  request:
    'Check every page in http://www.kestrelworks.example/sitemap.xml: does it answer, and does it have the right address (Rua do Almada 88)? Try a page that fails a second time. Report in research/link-check.md.',
  servers: ['fetch', 'files', 'memory'],
  async run(work) {
    const files = filesOf(work)
    const fetch = (url: string, mayFail = false) => work.call('fetch', 'fetch', { url }, { mayFail })
    const sitemap = await fetch('http://www.kestrelworks.example/sitemap.xml')
    const rows: string[] = []
    for (const url of all(sitemap.text, /(http:\/\/www\.kestrelworks\.example\/\S*)/g).slice(1)) {
      const old = url.endsWith('2019')
      let page = await fetch(url, old)
      if (page.failed) page = await fetch(url, old)
      rows.push(
        `| ${url} | ${page.failed ? 'fails' : 'answers'} | ${page.text.includes('Rua do Almada 88') ? 'right' : 'missing'} |`,
      )
    }
    await files.write(
      'research/link-check.md',
      `# Link check\n\n| page | state | address |\n|---|---|---|\n${rows.join('\n')}\n`,
    )
    await work.call('memory', 'create_entities', {
      entities: [
        {
          name: 'www.kestrelworks.example',
          entityType: 'site',
          observations: [`checked ${rows.length} pages, press/2019 fails`],
        },
      ],
    })
    await files.read('research/link-check.md')
  },
}

const prices: Task = {
  name: 'price-table',
  request:
    'Read the laptop tables at http://shop.mercadotec.example/laptops (both pages) into research/laptops.csv, keep a screenshot of the first page, and remember which model is cheapest with stock.',
  servers: ['browser', 'files', 'memory'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    const rows: string[] = []
    const cells =
      '() => [...document.querySelectorAll("tr")].map((r) => [...r.children].map((c) => c.textContent).join(";"))'
    let page = await browser.open('http://shop.mercadotec.example/laptops')
    for (let n = 0; n < 2; n++) {
      const table = await work.call('browser', 'browser_evaluate', { function: cells })
      rows.push(...all(table.text, /^\s*"([^"]+)"/gm))
      if (n > 0) break
      await work.call('browser', 'browser_take_screenshot', { type: 'png' })
      page = await browser.click(page, 'link', 'Página seguinte')
    }
    await work.call('browser', 'browser_find', { text: 'Aro Mini' })
    await files.write('research/laptops.csv', `${rows.join('\n')}\n`)
    await files.read('research/laptops.csv')
    await work.call('memory', 'create_entities', {
      entities: [
        {
          name: 'laptops',
          entityType: 'research',
          observations: [
            `cheapest in stock: ${rows.find((r) => r.startsWith('Aro Mini')) ?? '?'}`,
            'source http://shop.mercadotec.example/laptops',
          ],
        },
      ],
    })
    await browser.close()
  },
}

export const browser: AgentScript = {
  name: 'browser',
  tells: 'process',
  servers: ['browser', 'fetch', 'files', 'memory'],
  tasks: [compare, museums, changelog, linkCheck, prices, ...browserForms],
}
