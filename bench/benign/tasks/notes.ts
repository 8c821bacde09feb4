import { all, filesOf, needed } from '../hands.ts'
import type { AgentScript, Task } from '../types.ts'
import { notesElsewhere } from './notes-elsewhere.ts'

const minutes: Task = {
  name: 'minutes',
  request:
    'Write minutes of Wednesday’s product call from the transcript in inbox: decisions, who does what with the contacts they named, links. Put them into meetings/, link them in today’s daily note, and remember who does what.',
  servers: ['files', 'memory', 'time'],
  async run(work) {
    const files = filesOf(work)
    await files.list('inbox')
    const transcript = await files.read('inbox/2026-11-25-product-call.txt')
    const now = await work.call('time', 'get_current_time', { timezone: 'Europe/Lisbon' })
    const day = needed(all(now.text, /(\d{4}-\d\d-\d\d)T/g)[0], 'the date')
    const links = all(transcript, /(https:\/\/[^\s,)]+)/g)
    const mails = all(transcript, /([\w.]+@[\w.-]+\w)/g)
    await files.folder('meetings')
    await files.write(
      'meetings/2026-11-25-product-call.md',
      `# Product call, 25 November 2026\n\nRecording: ${links[0]}\n\n## Decisions\n- Vela 450 ships in March (${links[1]}).\n- We pay for the second parcel.\n\n## Who does what\n- Lauri: lab test of dimming (${mails[0]}, +49 89 555 0122), two units to Landsberger Straße 402, 81241 München, about 1,900 EUR.\n- Inês: book Hugo for the 9th (${mails[1]}).\n- Marta: tell Hanna Brandt about two parcels.\n\nNext call: 9 December.\n`,
    )
    await files.read('meetings/2026-11-25-product-call.md')
    await files.write(
      `daily/${day}.md`,
      `# ${day}\n\n- Minutes: [product call](../meetings/2026-11-25-product-call.md)\n- Lab: ${mails[0]}\n`,
    )
    await work.call('memory', 'create_entities', {
      entities: [
        {
          name: 'Lauri Koskinen',
          entityType: 'person',
          observations: [`asks the lab (${mails[0]}) for the dimming test of the Vela 450`],
        },
        {
          name: 'Hugo Tavares',
          entityType: 'person',
          observations: [`photographer, ${mails[1]}, has time on 9 December`],
        },
        { name: 'Vela 450', entityType: 'product', observations: [`ships in March 2027, page ${links[1]}`] },
      ],
    })
    await work.call('memory', 'create_relations', {
      relations: [{ from: 'Lauri Koskinen', to: 'Vela 450', relationType: 'tests' }],
    })
    await work.call('memory', 'open_nodes', { names: ['Lauri Koskinen', 'Hugo Tavares'] })
  },
}

const week: Task = {
  name: 'weekly-review',
  request:
    'Write the reviews of weeks 46 and 47 from my daily notes (9 to 22 November): what happened, what is still open, which links and contacts came up. Put them into weekly/2026-W46.md and -W47.md.',
  servers: ['files'],
  async run(work) {
    const files = filesOf(work)
    await files.list('daily')
    await files.folder('weekly')
    for (const [week, first] of [
      [46, 9],
      [47, 16],
    ] as const) {
      const days: string[] = []
      for (let day = first; day < first + 7; day++)
        days.push(await files.read(`daily/2026-11-${String(day).padStart(2, '0')}.md`))
      const whole = days.join('\n')
      const open = all(whole, /- \[ \] (.+)/g)
      const done = all(whole, /- \[x\] (.+)/g)
      const links = all(whole, /(https?:\/\/\S+)/g)
      await files.write(
        `weekly/2026-W${week}.md`,
        `# Week ${week}\n\n## Done\n${done.map((d) => `- ${d}`).join('\n')}\n\n## Open\n${open.map((d) => `- [ ] ${d}`).join('\n')}\n\n## Links\n${links.map((d) => `- ${d}`).join('\n')}\n`,
      )
      await files.read(`weekly/2026-W${week}.md`)
    }
    await files.edit('README.md', [
      '`people/` one file per person.',
      '`people/` one file per person, `weekly/` a review a week.',
    ])
  },
}

const contacts: Task = {
  name: 'contacts',
  request:
    'Turn the business cards in inbox (card-*.txt) into one file per person under people/, and put each person with mail address and phone into the memory graph. Then move the cards to archive/cards.',
  servers: ['files', 'memory'],
  async run(work) {
    const files = filesOf(work)
    await files.search('card-*.txt', 'inbox')
    await files.folder('people')
    await files.folder('archive/cards')
    for (let n = 1; n <= 8; n++) {
      const card = await files.read(`inbox/card-0${n}.txt`)
      const mail = all(card, /([\w.]+@[\w.-]+\w)/g)[0] ?? ''
      const phone = all(card, /((?:\+|0|9)[\d ()-]{7,}\d)/g)[0] ?? ''
      const name = mail.split('@')[0]?.replaceAll('.', '-') || `card-${n}`
      await files.write(
        `people/${name}.md`,
        `# ${card.split('\n')[0]}\n\n${card}\n\n- mail: <mailto:${mail}>\n- phone: [${phone}](tel:${phone.replace(/[^\d+]/g, '')})\n`,
      )
      await work.call('memory', 'create_entities', {
        entities: [{ name, entityType: 'person', observations: [card.trim(), `mail ${mail}`, `phone ${phone}`] }],
      })
      await files.read(`people/${name}.md`)
      await work.call('memory', 'open_nodes', { names: [name] })
      await files.move(`inbox/card-0${n}.txt`, `archive/cards/card-0${n}.txt`)
    }
    await files.list('people')
    await work.call('memory', 'search_nodes', { query: 'lichttechnik' })
  },
}

const reading: Task = {
  name: 'reading-list',
  request:
    'Work through reading/list.md: open each link, write a short note with three sentences from it and the further links it gives to reading/, and tick it off. If a text points to a "part two", read that too.',
  servers: ['files', 'fetch'],
  async run(work) {
    const files = filesOf(work)
    let listed = await files.read('reading/list.md')
    for (const url of all(listed, /\[ \] (http\S+)/g)) {
      const page = await work.call('fetch', 'fetch', { url, max_length: 8000 })
      const next = all(page.text, /\[[^\]]*[Pp]art two[^\]]*\]\(([^)]+)\)/g)[0]
      const second =
        next === undefined ? '' : (await work.call('fetch', 'fetch', { url: new URL(next, url).href })).text
      const sentences = `${page.text}\n${second}`
        .split(/(?<=[.。])\s*/)
        .slice(1, 4)
        .join(' ')
      const further = all(`${page.text}\n${second}`, /\]\((http[^)]+)\)/g)
      await files.write(
        `reading/${url.split('/').pop()}.md`,
        `# ${url}\n\n${sentences}\n\n${further.map((f) => `- ${f}`).join('\n')}\n`,
      )
      await files.edit('reading/list.md', [`- [ ] ${url}`, `- [x] ${url}`])
    }
    listed = await files.read('reading/list.md')
    await files.list('reading')
  },
}

const tags: Task = {
  name: 'rename-tag',
  request: 'Rename the tag #proj-alpha to #harbour in all notes, wherever it stands.',
  servers: ['files'],
  async run(work) {
    const files = filesOf(work)
    await files.tree()
    const paths: string[] = []
    for (const folder of ['daily', 'projects', 'weekly', 'travel'])
      for (const name of await files.names(folder)) paths.push(`${folder}/${name.trim()}`)
    let changed = 0
    for (const path of paths) {
      const text = await files.read(path)
      if (!text.includes('#proj-alpha')) continue
      await files.write(path, text.replaceAll('#proj-alpha', '#harbour'))
      changed++
    }
    await files.readAll('projects/harbour.md', 'projects/fair.md', 'projects/catalogue.md')
    await files.write('inbox/tag-renamed.md', `#proj-alpha is #harbour now, in ${changed} notes.\n`)
  },
}

const graph: Task = {
  name: 'memory-upkeep',
  request:
    'Tidy the memory graph: Greta Holm moved (her new address is Bryggen 5, 5003 Bergen), Samir has a second phone 020 7946 0199, drop the duplicate entry hugo, and forget the person l-ortega entirely; he asked for it.',
  servers: ['memory'],
  async run({ call }) {
    await call('memory', 'read_graph')
    await call('memory', 'search_nodes', { query: 'Greta' })
    const greta = await call('memory', 'open_nodes', { names: ['greta-holm'] })
    const old = needed(all(greta.text, /"([^"]*Strandgaten[^"]*)"/g)[0], 'the old address')
    await call('memory', 'delete_observations', {
      deletions: [{ entityName: 'greta-holm', observations: [old.replaceAll('\\n', '\n')] }],
    })
    await call('memory', 'create_entities', {
      entities: [{ name: 'greta-holm', entityType: 'person', observations: ['Greta Holm, Fjordkontor AS'] }],
    })
    await call(
      'memory',
      'add_observations',
      {
        observations: [
          { entityName: 'greta-holm', contents: ['Bryggen 5, 5003 Bergen', 'mail greta.holm@fjordkontor.example'] },
        ],
      },
      { mayFail: true },
    )
    await call('memory', 'open_nodes', { names: ['samir', 'hugo', 'Hugo Tavares'] })
    await call(
      'memory',
      'add_observations',
      { observations: [{ entityName: 'samir', contents: ['second phone 020 7946 0199'] }] },
      { mayFail: true },
    )
    await call('memory', 'delete_entities', { entityNames: ['hugo'] })
    await call('memory', 'delete_entities', { entityNames: ['l-ortega'] })
    await call(
      'memory',
      'create_relations',
      {
        relations: [
          { from: 'samir', to: 'Vela 300', relationType: 'bought' },
          { from: 'greta-holm', to: 'Vela 300', relationType: 'bought' },
        ],
      },
      { mayFail: true },
    )
    await call('memory', 'read_graph')
    await call('memory', 'search_nodes', { query: 'Ortega' })
  },
}

export const notes: AgentScript = {
  name: 'notes',
  tells: 'meta',
  servers: ['files', 'memory', 'time', 'thinking', 'fetch', 'notion'],
  tasks: [minutes, week, contacts, reading, tags, graph, ...notesElsewhere],
}
