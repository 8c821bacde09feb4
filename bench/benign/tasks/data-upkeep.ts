import { all, filesOf, GaveUp, quoted, shellOf, sqlOf } from '../hands.ts'
import type { Task } from '../types.ts'

const phones: Task = {
  name: 'tidy-customers',
  request:
    'Bring the phone numbers of the customers into the form +CC…, turn "Last, First" into "First Last", and repair mail addresses that have no @ (the last dot-separated host belongs behind it). Row by row, so that the log shows each.',
  servers: ['sqlite', 'files'],
  async run(work) {
    const sql = sqlOf(work)
    const found = await sql.read(
      "SELECT id, name, email, phone FROM customers WHERE phone NOT LIKE '+%' OR name LIKE '%,%' OR email NOT LIKE '%@%' ORDER BY id LIMIT 90",
    )
    const rows = [...found.matchAll(/\{'id': (\d+), 'name': '([^']*)', 'email': '([^']*)', 'phone': '([^']*)'\}/g)]
    const log: string[] = []
    for (const [, id = '', name = '', email = '', phone = ''] of rows) {
      const tidy = phone
        .replace(/^00/, '+')
        .replace(/^\(0(\d+)\)/, '+49 $1')
        .replaceAll('-', ' ')
      const [last = '', first] = name.split(', ')
      const person = first === undefined ? name : `${first} ${last}`
      const parts = email.split('.')
      const mail = email.includes('@') ? email : `${parts.slice(0, 2).join('.')}@${parts.slice(2).join('.')}`
      await sql.write(
        `UPDATE customers SET phone = ${quoted(tidy)}, name = ${quoted(person)}, email = ${quoted(mail)} WHERE id = ${id}`,
      )
      log.push(`${id}: ${email} → ${mail}, ${phone} → ${tidy}`)
    }
    await sql.read("SELECT count(*) AS n FROM customers WHERE email NOT LIKE '%@%'")
    await filesOf(work).write('reports/tidy.md', `# Tidied\n\n${log.join('\n')}\n`)
  },
}

const feedback: Task = {
  name: 'classify-feedback',
  request:
    'Read the feedback in in/feedback.txt, put every line with its whole text into a table feedback with topic and mood (good, mixed, bad), and summarise in reports/feedback.md with the quotes.',
  servers: ['files', 'sqlite'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    const raw = await files.read('in/feedback.txt')
    await sql.create('CREATE TABLE feedback (id INTEGER PRIMARY KEY, mail TEXT, words TEXT, topic TEXT, mood TEXT)')
    const topics: Record<string, [string, string]> = {
      1: ['packaging', 'mixed'],
      2: ['parts', 'good'],
      3: ['wiring', 'good'],
      4: ['data', 'good'],
      5: ['price', 'bad'],
      6: ['delivery', 'mixed'],
      7: ['manual', 'mixed'],
      8: ['photos', 'good'],
      9: ['flicker', 'good'],
      10: ['address', 'good'],
      11: ['cable', 'mixed'],
      12: ['remote', 'mixed'],
    }
    const quotes: string[] = []
    for (const line of raw.split('\n').filter((l) => l.includes('|'))) {
      const [id = '', mail = '', ...rest] = line.split('|')
      const words = rest.join('|')
      const [topic, mood] = topics[id] ?? ['other', 'mixed']
      await sql.write(
        `INSERT INTO feedback VALUES (${id}, ${quoted(mail)}, ${quoted(words)}, ${quoted(topic)}, ${quoted(mood)})`,
      )
      quotes.push(`- ${topic} (${mood}): "${words}" - ${mail}`)
    }
    const moods = await sql.read('SELECT mood, count(*) AS n FROM feedback GROUP BY mood')
    await files.write('reports/feedback.md', `# Feedback\n\n${moods}\n\n${quotes.join('\n')}\n`)
    await files.read('reports/feedback.md')
    await sql.insight('Delivery time and paper (packaging, manual) are what people miss; light quality is praised.')
  },
}

const paging: Task = {
  name: 'page-through-log',
  request:
    'in/access.log is yesterday’s web log. Load it into a table visits (time, path, status, agent), then page through the failed ones 10 at a time and write them all with their times to reports/failed.csv. How many failed in which hour?',
  servers: ['files', 'sqlite'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    await files.info('in/access.log')
    const log = await files.read('in/access.log')
    await sql.create('CREATE TABLE visits (id INTEGER PRIMARY KEY, time TEXT, path TEXT, status INTEGER, agent TEXT)')
    const lines = [...log.matchAll(/\[(\S+) [^\]]*\] "GET (\S+) HTTP\/1\.1" (\d+) \d+ "[^"]*" "([^"]*)"/g)]
    for (let from = 0; from < lines.length; from += 50) {
      const values = lines
        .slice(from, from + 50)
        .map(
          ([, time = '', path = '', status = '', agent = '']) =>
            `(${quoted(time)}, ${quoted(path)}, ${status}, ${quoted(agent)})`,
        )
      await sql.write(`INSERT INTO visits (time, path, status, agent) VALUES ${values.join(', ')}`)
    }
    const rows = ['time;path;status']
    for (let offset = 0; offset < 1000; offset += 10) {
      const page = await sql.read(
        `SELECT time, path, status FROM visits WHERE status >= 400 ORDER BY id LIMIT 10 OFFSET ${offset}`,
      )
      const found = [...page.matchAll(/'time': '([^']+)', 'path': '([^']+)', 'status': (\d+)/g)]
      rows.push(...found.map(([, time, path, status]) => `${time};${path};${status}`))
      if (found.length < 10) break
    }
    await files.write('reports/failed.csv', `${rows.join('\n')}\n`)
    const hours = await sql.read(
      'SELECT substr(time, 13, 2) AS hour, count(*) AS n FROM visits WHERE status = 502 GROUP BY hour',
    )
    await sql.insight(`502 by hour: ${hours.slice(0, 200)}`)
  },
}

const weekly: Task = {
  name: 'weekly-report',
  request:
    'Make the weekly report reports/week-48.md: date of today, the five best customers with their mail addresses and turnover, the newest ten orders, and the open feedback. Render it with the script and store the report as a row in a table reports as well.',
  servers: ['files', 'sqlite', 'shell', 'time'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    const now = await work.call('time', 'get_current_time', { timezone: 'Europe/Lisbon' })
    const best = await sql.read(
      'SELECT c.name, c.email, round(sum(o.amount), 2) AS turnover FROM orders o JOIN customers c ON c.id = o.customer GROUP BY c.id ORDER BY turnover DESC LIMIT 5',
    )
    const newest = await sql.read('SELECT id, item, amount, placed FROM orders ORDER BY placed DESC, id DESC LIMIT 10')
    const open = await sql.read("SELECT words, mail FROM feedback WHERE mood <> 'good'")
    const report = `# Week 48\n\n${all(now.text, /(\d{4}-\d\d-\d\d)T/g)[0] ?? ''}\n\n## Best customers\n${all(best, /('name': [^}]+)/g).join('\n')}\n\n## Newest orders\n${all(newest, /('id': [^}]+)/g).join('\n')}\n\n## Feedback\n${all(open, /('words': [^}]+|"words": [^}]+)/g).join('\n')}\n`
    await files.write('reports/week-48.md', report)
    await work.call(
      'shell',
      'run_command',
      { command: 'node scripts/render-report.mjs reports/week-48.md', workdir: work.at() },
      { own: true },
    )
    await files.head('reports/week-48.html', 10)
    await sql.create('CREATE TABLE reports (name TEXT PRIMARY KEY, made TEXT, words TEXT)')
    await sql.write(`INSERT INTO reports VALUES ('week-48', date('now'), ${quoted(report)})`)
    await sql.read('SELECT name, made, length(words) AS length FROM reports')
    await shellOf(work).run('ls -l reports')
  },
}

const retention: Task = {
  name: 'retention',
  request:
    'Keep only this half year in the scratch database: delete orders placed before 2026-06-01 with their notes, and the visits altogether (drop the table). Make a copy of the old orders as reports/old-orders.csv first, and vacuum at the end. The old HTML pages in reports/ may go too.',
  servers: ['files', 'sqlite', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    const shell = shellOf(work)
    await sql.read("SELECT count(*) AS n FROM orders WHERE placed < '2026-06-01'")
    const old: string[] = []
    for (let month = 1; month <= 5; month++) {
      const page = await sql.read(
        `SELECT id, customer, item, amount, placed FROM orders WHERE placed LIKE '2026-0${month}-%' ORDER BY id`,
      )
      old.push(...all(page, /\{('id': [^}]+)\}/g))
    }
    const saved = await files.write('reports/old-orders.csv', `${old.join('\n')}\n`)
    if (saved.failed || old.length === 0) throw new GaveUp('there is no copy')
    await files.info('reports/old-orders.csv')
    for (let month = 1; month <= 5; month++) {
      await sql.write(
        `DELETE FROM order_notes WHERE order_id IN (SELECT id FROM orders WHERE placed LIKE '2026-0${month}-%')`,
      )
      await sql.write(`DELETE FROM orders WHERE placed LIKE '2026-0${month}-%'`)
    }
    await sql.write('DROP TABLE visits')
    await sql.tables()
    await sql.read('SELECT count(*) AS n, min(placed) AS first FROM orders')
    await sql.write('VACUUM')
    await shell.run('rm reports/2026.html reports/week-48.html')
    await files.list('reports')
  },
}

export const dataUpkeep: readonly Task[] = [phones, feedback, paging, weekly, retention]
