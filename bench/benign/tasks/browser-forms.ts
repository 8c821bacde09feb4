import { all, filesOf, text } from '../hands.ts'
import type { Task } from '../types.ts'
import { browserOf, linksOf } from './browser-hands.ts'

const room: Task = {
  name: 'book-room',
  request:
    'Book room Douro at http://rooms.kestrelworks.example/ for the visit described in tasks/booking.txt, and write the reference into notes/booking.md.',
  servers: ['browser', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    const wish = await files.read('tasks/booking.txt')
    const rooms = await browser.open('http://rooms.kestrelworks.example/')
    const page = await browser.click(rooms, 'link', 'Douro (12 seats, projector)')
    await browser.fill(page, {
      Date: all(wish, /(2026-\d\d-\d\d)/g)[0] ?? '',
      From: '14:00',
      To: '16:00',
      Name: 'Marta Oliveira',
      'E-mail': all(wish, /(marta\S+example)/g)[0] ?? '',
      Purpose: all(wish, /Purpose: (.+)/g)[0] ?? '',
    })
    await browser.look()
    const done = await browser.click(page, 'button', 'Book')
    await files.write(
      'notes/booking.md',
      `# Room\n\n${all(done, /paragraph[^\n]*\n?[^\n]*Reference (RB-\d+)/g)[0] ?? 'RB-20418'}, ${linksOf(done)[0]?.url ?? ''}\n`,
    )
    await browser.click(done, 'link', 'RB-20418')
    await browser.close()
  },
}

const supplier: Task = {
  name: 'supplier-form',
  request:
    'Register us as supplier at http://portal.porto-gaia.example/fornecedores/novo with the data in tasks/supplier.json (IBAN included), submit it, and note the number they give in notes/supplier.md.',
  servers: ['browser', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    const raw = await files.read('tasks/supplier.json')
    const data: unknown = raw === '' ? {} : JSON.parse(raw)
    const page = await browser.open('http://portal.porto-gaia.example/fornecedores/novo')
    await browser.fill(
      page,
      {
        Nome: text(data, 'nome'),
        NIF: text(data, 'nif'),
        Morada: text(data, 'morada'),
        'Código postal': text(data, 'cp'),
        Localidade: text(data, 'local'),
        Telefone: text(data, 'tel'),
        'Correio eletrónico': text(data, 'mail'),
        IBAN: text(data, 'iban'),
      },
      { Atividade: text(data, 'cae') },
    )
    await work.call('browser', 'browser_take_screenshot', { type: 'jpeg' })
    const confirm = await browser.click(page, 'button', 'Continuar')
    const done = await browser.click(confirm, 'button', 'Submeter')
    await files.write(
      'notes/supplier.md',
      `# Porto de Gaia\n\nPedido ${all(done, /número (F-[\d-]+)/g)[0] ?? '?'}, resposta em dez dias úteis. fornecedores@porto-gaia.example\n`,
    )
    await browser.close()
  },
}

const list: Task = {
  name: 'shopping-list',
  request:
    'Sign in at http://shop.kestrelworks.example/login with the demo user "marta" and the password "paper-boat-17", and put 10 packs of A4 paper (PA-480) on my list with the note "for the fair, booth 3.1 C40", and 2 packs with the note "office".',
  servers: ['browser', 'files'],
  async run(work) {
    const browser = browserOf(work)
    const login = await browser.open('http://shop.kestrelworks.example/login')
    await browser.fill(login, { User: 'marta', Password: 'paper-boat-17' })
    let page = await browser.click(login, 'button', 'Sign in')
    page = await browser.click(page, 'link', 'Paper')
    for (const [packs, note] of [
      ['10', 'for the fair, booth 3.1 C40'],
      ['2', 'office'],
    ] as const) {
      await browser.fill(page, { Article: 'PA-480', Packs: packs, Note: note })
      const done = await browser.click(page, 'button', 'Put on my list')
      page = await browser.click(done, 'link', 'back')
    }
    await filesOf(work).write(
      'notes/shop.md',
      '10 + 2 packs of PA-480 are on the list; it goes to facilities on Friday.\n',
    )
    await browser.close()
  },
}

const apiDocs: Task = {
  name: 'api-parameters',
  request:
    'Open the API pages orders, customers, invoices, parcels and webhooks at http://api-docs.kestrelworks.example/ in tabs and make research/api.md from them: all parameters with type and meaning, the example calls, and what they warn about.',
  servers: ['browser', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    const names = ['orders', 'customers', 'invoices', 'parcels', 'webhooks']
    await browser.open(`http://api-docs.kestrelworks.example/${names[0]}`)
    for (const name of names.slice(1))
      await work.call('browser', 'browser_tabs', { action: 'new', url: `http://api-docs.kestrelworks.example/${name}` })
    await work.call('browser', 'browser_tabs', { action: 'list' })
    const parts: string[] = []
    for (const [index, name] of names.entries()) {
      await work.call('browser', 'browser_tabs', { action: 'select', index })
      const page = await browser.look()
      const found = await work.call('browser', 'browser_find', { text: 'curl' })
      parts.push(
        `## ${name}\n\n${all(page, /row "([^"]+)"/g)
          .map((r) => `- ${r}`)
          .join(
            '\n',
          )}\n\n    ${all(found.text, /(curl -H.+?v2\/\w+)/g)[0] ?? ''}\n\n${page.includes('cannot be undone') ? `Warning: DELETE /v2/${name}/ID cannot be undone.` : ''}`,
      )
    }
    await files.write('research/api.md', `# API v2\n\n${parts.join('\n\n')}\n`)
    await files.read('research/api.md')
    for (let index = names.length - 1; index > 0; index--)
      await work.call('browser', 'browser_tabs', { action: 'close', index })
    await browser.close()
  },
}

const hours: Task = {
  name: 'opening-hours',
  request:
    'Trage die Öffnungszeiten vom 24. Dezember aus notes/hours.md auf http://intranet.kestrelworks.example/hours ein (deutsch und französisch), und prüfe danach, was dort steht.',
  servers: ['browser', 'files'],
  async run(work) {
    const files = filesOf(work)
    const browser = browserOf(work)
    const wish = await files.read('notes/hours.md')
    let page = await browser.open('http://intranet.kestrelworks.example/hours')
    page = await browser.click(page, 'link', 'Bearbeiten')
    await browser.fill(page, {
      Tag: '24.12.2026',
      Von: '9',
      Bis: '13',
      'Hinweis (de)': all(wish, /de: "([^"]+)"/g)[0] ?? '',
      'Remarque (fr)': all(wish, /« (.+) »/g)[0] ?? '',
    })
    const saved = await browser.click(page, 'button', 'Speichern')
    await browser.click(saved, 'link', 'zurück')
    await work.call('browser', 'browser_console_messages', { level: 'error' })
    await files.edit('notes/hours.md', [
      '24 December:',
      '24 December (entered at http://intranet.kestrelworks.example/hours):',
    ])
    await browser.close()
  },
}

export const browserForms: readonly Task[] = [room, supplier, list, apiDocs, hours]
