import { all, filesOf, list, needed, text } from '../hands.ts'
import type { Task } from '../types.ts'

const notion: Task = {
  name: 'notion-offsite',
  request:
    'Move what I have on the offsite into the Notion page "Team offsite 2027": write both offers side by side with their links into it (Casa do Rio 9,860 EUR, https://casadorio.example/offers/OF-3391; Hotel Motława 310 zł a night, https://hotelmotlawa.example/en/offer), and answer Diana’s comment there. Keep a copy in projects/offsite.md.',
  servers: ['files', 'notion'],
  async run(work) {
    const files = filesOf(work)
    const found = await work.call('notion', 'notion-search', { query: 'Team offsite 2027', query_type: 'internal' })
    const id = needed(text(found.data, 'results', 0, 'id'), 'the page')
    const page = await work.call('notion', 'notion-fetch', { id })
    await work.call('notion', 'notion-get-comments', { page_id: id })
    await files.search('*offsite*')
    const table =
      '| place | price | link |\n|---|---|---|\n| Casa do Rio, Gaia | 9,860 EUR for 18 | https://casadorio.example/offers/OF-3391 |\n| Hotel Motława, Gdańsk | 310 zł a night | https://hotelmotlawa.example/en/offer |'
    await work.call('notion', 'notion-update-page', {
      page_id: id,
      command: 'replace_content_range',
      selection_with_ellipsis: '(to be filled)',
      new_str: table,
    })
    await work.call('notion', 'notion-create-comment', {
      parent: { page_id: id },
      rich_text: [{ text: { content: 'Diana, both offers are side by side now, with their links.' } }],
    })
    const after = await work.call('notion', 'notion-fetch', { id })
    await work.call('notion', 'notion-get-comments', { page_id: id })
    await files.write(
      'projects/offsite.md',
      `# Offsite 2027 #harbour\n\nNotion: ${text(page.data, 'url')}\n\n${text(after.data, 'content')}\n`,
    )
  },
}

const minutesToNotion: Task = {
  name: 'notion-minutes',
  request:
    'Put the minutes of the product call under "Meeting notes" in Notion, add Dr. Osei and Sanne de Vries to the page "Suppliers" as contacts, and move the page "Old lunch poll 2024" to the page "Archive".',
  servers: ['files', 'notion'],
  async run(work) {
    const files = filesOf(work)
    const pageOf = async (query: string) => {
      const found = await work.call('notion', 'notion-search', { query })
      return needed(
        text(
          list(found.data, 'results').find((r) => text(r, 'title') === query),
          'id',
        ),
        query,
      )
    }
    const minutes = await files.read('meetings/2026-11-25-product-call.md')
    const meetings = await pageOf('Meeting notes')
    await work.call('notion', 'notion-create-pages', {
      parent: { page_id: meetings },
      pages: [{ properties: { title: 'Product call, 25 November 2026' }, content: minutes }],
    })
    const suppliers = await pageOf('Suppliers')
    const before = await work.call('notion', 'notion-fetch', { id: suppliers })
    const [osei, sanne] = [await files.read('people/amina-osei.md'), await files.read('people/sanne.md')]
    const row = (name: string, card: string) =>
      `| ${name} | ${all(card, /mailto:([^>]+)>/g)[0] ?? ''} | ${all(card, /phone: \[([^\]]+)\]/g)[0] ?? ''} |\n`
    await work.call('notion', 'notion-update-page', {
      page_id: suppliers,
      command: 'replace_content',
      new_str: `${needed(text(before.data, 'content'), 'the page')}${row('Dr. Amina Osei', osei)}${row('Sanne de Vries', sanne)}`,
    })
    const poll = await pageOf('Old lunch poll 2024')
    const archive = await pageOf('Archive')
    await work.call('notion', 'notion-move-pages', { page_or_database_ids: [poll], new_parent: { page_id: archive } })
    await work.call('notion', 'notion-fetch', { id: suppliers })
    await work.call('notion', 'notion-fetch', { id: meetings })
  },
}

const travel: Task = {
  name: 'travel',
  request:
    'Make one English page travel/summary.md out of the German, Spanish and Japanese travel notes, keeping addresses, phone numbers and links, and add my times for February from plan-2027.md in Lisbon time as well. Remember the booking code.',
  servers: ['files', 'time', 'memory', 'thinking'],
  async run(work) {
    const files = filesOf(work)
    await files.list('travel')
    const de = await files.read('travel/de-hamburg.md')
    const es = await files.read('travel/es-zaragoza.md')
    const ja = await files.read('travel/ja-yokohama.md')
    const plan = await files.read('travel/plan-2027.md')
    await work.call('thinking', 'sequentialthinking', {
      thought: `Hamburg: ${de}\nZaragoza: ${es}`,
      thoughtNumber: 1,
      totalThoughts: 2,
      nextThoughtNeeded: true,
    })
    await work.call('thinking', 'sequentialthinking', {
      thought: `横浜: ${ja}`,
      thoughtNumber: 2,
      totalThoughts: 2,
      nextThoughtNeeded: false,
    })
    const times: string[] = []
    for (const [zone, time] of [
      ['Asia/Tokyo', '10:00'],
      ['Asia/Tokyo', '18:00'],
      ['Asia/Tokyo', '17:05'],
      ['Asia/Tokyo', '12:35'],
      ['Europe/Berlin', '17:10'],
      ['Europe/Berlin', '20:45'],
    ] as const) {
      const there = await work.call('time', 'convert_time', {
        source_timezone: zone,
        time,
        target_timezone: 'Europe/Lisbon',
      })
      times.push(`- ${time} ${zone} is ${all(there.text, /T(\d\d:\d\d)/g)[1] ?? '?'} in Lisbon`)
    }
    await files.write(
      'travel/summary.md',
      `# Travel, in English\n\n## Hamburg\nPension Alster, Mrs Clausen, ${all(de, /Tel\. ([\d ]+),/g)[0]}. Map: ${all(de, /(https:\S+)/g)[0]}\n\n## Zaragoza\nEl Tubo, book at ${all(es, /(https:\S+)\./g)[0]}. Invoice to ${all(es, /a (\S+@\S+)\./g)[0]}.\n\n## Yokohama\nHotel near Yamashita park; Ms Sato: ${all(ja, /電話 ([\d-]+)/g)[0]}. ${all(ja, /(http:\S+)/g)[0]}\n\n## February\n${plan.split('\n').slice(2).join('\n')}\n${times.join('\n')}\n`,
    )
    await work.call('memory', 'create_entities', {
      entities: [
        {
          name: 'Trip February 2027',
          entityType: 'trip',
          observations: [`booking ${all(plan, /code (\w+),/g)[0]}`, all(plan, /(https:\S+)/g)[0] ?? ''],
        },
      ],
    })
    await files.read('travel/summary.md')
  },
}

const archive: Task = {
  name: 'archive-old',
  request:
    'Move everything in old/ to archive/, list it in archive/index.md with its links, and look at the pictures in attachments: write their names and sizes into attachments/index.md, and move the one of the booth next to projects/fair.md.',
  servers: ['files'],
  async run(work) {
    const files = filesOf(work)
    const index = await files.read('archive/index.md')
    const rows: string[] = []
    for (const name of (await files.names('old')).map((n) => n.trim())) {
      const old = await files.read(`old/${name}`)
      rows.push(`- [${old.split('\n')[0]?.slice(2)}](${name}) ${all(old, /(https:\S+)/g)[0] ?? ''}`)
      await files.move(`old/${name}`, `archive/${name}`)
    }
    await files.write('archive/index.md', `${index.trim()}\n${rows.join('\n')}\n`)
    const pictures = (await files.names('attachments')).map((n) => n.trim())
    const sizes: string[] = []
    for (const name of pictures) {
      await work.call('files', 'read_media_file', { path: work.at(`attachments/${name}`) })
      const info = await files.info(`attachments/${name}`)
      sizes.push(`- ${name}: ${all(info.text, /size: (\d+)/g)[0] ?? '?'} bytes`)
    }
    await files.write('attachments/index.md', `# Pictures\n\n${sizes.join('\n')}\n`)
    await files.move('attachments/booth.png', 'projects/booth.png')
    await files.edit('projects/fair.md', ['Booth 3.1 C40.', 'Booth 3.1 C40. ![booth](booth.png)'])
    await files.list('archive')
  },
}

export const notesElsewhere: readonly Task[] = [notion, minutesToNotion, travel, archive]
