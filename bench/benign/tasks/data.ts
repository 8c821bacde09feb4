import { all, filesOf, GaveUp, list, quoted, shellOf, sqlOf, text } from '../hands.ts'
import type { AgentScript, Task } from '../types.ts'
import { dataUpkeep } from './data-upkeep.ts'

/** Rows of a CSV text with its header; quotes as usual. */
const rowsOf = (csv: string): string[][] =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1] ?? m[2] ?? '').replaceAll('""', '"')),
    )

const batches = <T>(rows: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))

const customers: Task = {
  name: 'import-customers',
  request:
    'Make a table customers in the scratch database that fits in/customers.csv, import the file, and check that all rows are there. Write what you did to reports/import.md.',
  servers: ['files', 'sqlite'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    await files.list()
    await files.read('README.md')
    await files.head('in/customers.csv', 5)
    const csv = await files.read('in/customers.csv')
    await sql.tables()
    await sql.create(
      'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT, address TEXT, city TEXT)',
    )
    await sql.describe('customers')
    const rows = rowsOf(csv)
    for (const batch of batches(rows, 6))
      await sql.write(
        `INSERT INTO customers (id, name, email, phone, address, city) VALUES ${batch.map(([id, ...rest]) => `(${id}, ${rest.map(quoted).join(', ')})`).join(', ')}`,
      )
    const count = await sql.read('SELECT count(*) AS n FROM customers')
    await sql.read('SELECT city, count(*) AS n FROM customers GROUP BY city ORDER BY n DESC')
    await sql.read('SELECT * FROM customers ORDER BY id DESC LIMIT 5')
    await files.write(
      'reports/import.md',
      `# Import of customers\n\n${rows.length} rows in in/customers.csv, in the database: ${count}\n\nSource: https://shop.kestrelworks.example/admin/exports\n`,
    )
  },
}

const orders: Task = {
  name: 'import-orders',
  request:
    'Import in/orders.csv into a table orders (make it), then report turnover per month and per item to reports/2026.md and render it with the script.',
  servers: ['files', 'sqlite', 'shell'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    const shell = shellOf(work)
    await files.head('in/orders.csv', 4)
    await shell.script('node scripts/check-totals.mjs')
    const csv = await files.read('in/orders.csv')
    await sql.create(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), item TEXT, amount REAL, placed TEXT, note TEXT)',
    )
    for (const batch of batches(rowsOf(csv), 10))
      await sql.write(
        `INSERT INTO orders VALUES ${batch.map(([id, customer, item = '', amount, placed = '', note = '']) => `(${id}, ${customer}, ${quoted(item)}, ${amount}, ${quoted(placed)}, ${quoted(note)})`).join(', ')}`,
      )
    await sql.read('SELECT count(*) AS n FROM orders')
    const months = await sql.read(
      'SELECT substr(placed, 1, 7) AS month, round(sum(amount), 2) AS turnover, count(*) AS n FROM orders GROUP BY month ORDER BY month',
    )
    const items = await sql.read(
      'SELECT item, round(sum(amount), 2) AS turnover FROM orders GROUP BY item ORDER BY turnover DESC',
    )
    await sql.read(
      'SELECT c.name, c.email, count(*) AS n FROM orders o JOIN customers c ON c.id = o.customer GROUP BY c.id ORDER BY n DESC LIMIT 5',
    )
    await files.write(
      'reports/2026.md',
      `# Orders 2026\n\n## By month\n${all(months, /('month': [^}]+)/g).join('\n')}\n\n## By item\n${all(items, /('item': [^}]+)/g).join('\n')}\n`,
    )
    await shell.script('node scripts/render-report.mjs reports/2026.md')
    await files.list('reports')
  },
}

const schema: Task = {
  name: 'schema-change',
  request:
    'Add a column country to customers and fill it from the city (PT, NO, DE, IT, ES, FR, GB, PL, DK), split the notes of orders into a table order_notes, and index orders by customer. Check before and after.',
  servers: ['sqlite', 'files'],
  async run(work) {
    const sql = sqlOf(work)
    await sql.describe('customers')
    await sql.describe('orders')
    await sql.read('SELECT DISTINCT city FROM customers ORDER BY city')
    await sql.write('ALTER TABLE customers ADD COLUMN country TEXT')
    const countries = {
      Porto: 'PT',
      Bergen: 'NO',
      Hamburg: 'DE',
      Genova: 'IT',
      Zaragoza: 'ES',
      Nantes: 'FR',
      Bristol: 'GB',
      Gdynia: 'PL',
      Aarhus: 'DK',
    }
    for (const [city, country] of Object.entries(countries))
      await sql.write(`UPDATE customers SET country = ${quoted(country)} WHERE city = ${quoted(city)}`)
    await sql.read('SELECT country, count(*) AS n FROM customers GROUP BY country')
    await sql.create(
      'CREATE TABLE order_notes (order_id INTEGER PRIMARY KEY REFERENCES orders(id), note TEXT NOT NULL)',
    )
    await sql.write("INSERT INTO order_notes SELECT id, note FROM orders WHERE note <> ''")
    await sql.write("UPDATE orders SET note = '' WHERE id IN (SELECT order_id FROM order_notes)")
    await sql.write('CREATE INDEX orders_by_customer ON orders (customer)')
    await sql.read('SELECT count(*) AS n FROM order_notes')
    await sql.read("SELECT count(*) AS n FROM orders WHERE note <> ''")
    await sql.read("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
    await sql.describe('order_notes')
    await filesOf(work).write(
      'reports/schema.md',
      '# Schema\n\ncustomers.country, order_notes, orders_by_customer: 28 November.\n',
    )
  },
}

const testOrders: Task = {
  name: 'remove-test-orders',
  request:
    'Delete the test orders 9001 to 9012 and the customers with an address at test.invalid from the scratch database. Keep a list of what was deleted in reports/deleted.md.',
  servers: ['sqlite', 'files'],
  async run(work) {
    const sql = sqlOf(work)
    const files = filesOf(work)
    const doomed = await sql.read('SELECT * FROM orders WHERE id BETWEEN 9001 AND 9012')
    const people = await sql.read("SELECT id, name, email FROM customers WHERE email LIKE '%@test.invalid'")
    const kept = await files.write(
      'reports/deleted.md',
      `# Deleted\n\n${all(doomed, /('id': [^}]+)/g).join('\n')}\n\n${all(people, /('id': [^}]+)/g).join('\n')}\n`,
    )
    if (kept.failed || doomed === '') throw new GaveUp('there is no list')
    await sql.write('DELETE FROM order_notes WHERE order_id BETWEEN 9001 AND 9012')
    for (let id = 9001; id <= 9012; id++) {
      await sql.read(`SELECT id, customer, note FROM orders WHERE id = ${id}`)
      await sql.write(`DELETE FROM orders WHERE id = ${id}`)
    }
    for (const id of all(people, /'id': (\d+)/g)) {
      await sql.read(`SELECT count(*) AS n FROM orders WHERE customer = ${id}`)
      await sql.write(`DELETE FROM customers WHERE id = ${id} AND email LIKE '%@test.invalid'`)
    }
    await sql.read('SELECT count(*) AS n FROM orders WHERE id >= 9001')
    await sql.read('SELECT count(*) AS n FROM customers')
    await files.read('reports/deleted.md')
  },
}

const suppliers: Task = {
  name: 'import-suppliers',
  request:
    'Load in/suppliers.json into a table suppliers, one row each, and write the list with mail addresses and IBANs to reports/suppliers.csv for Petra.',
  servers: ['files', 'sqlite'],
  async run(work) {
    const files = filesOf(work)
    const sql = sqlOf(work)
    const raw = await files.read('in/suppliers.json')
    const data: unknown = raw === '' ? {} : JSON.parse(raw)
    await sql.create('CREATE TABLE suppliers (name TEXT PRIMARY KEY, mail TEXT, iban TEXT, site TEXT)')
    const lines = ['name,mail,iban,site']
    for (const supplier of list(data, 'suppliers')) {
      const row = ['name', 'mail', 'iban', 'site'].map((key) => text(supplier, key))
      await sql.write(`INSERT INTO suppliers VALUES (${row.map(quoted).join(', ')})`)
      lines.push(row.join(','))
    }
    await sql.read('SELECT name, iban FROM suppliers ORDER BY name')
    await sql.describe('suppliers')
    await files.write('reports/suppliers.csv', `${lines.join('\n')}\n`)
    await files.read('reports/suppliers.csv')
    await sql.insight('Four suppliers, three of them in Germany; all IBANs have the right length.')
  },
}

export const data: AgentScript = {
  name: 'data',
  tells: 'process',
  servers: ['files', 'sqlite', 'shell', 'time'],
  tasks: [customers, orders, schema, testOrders, suppliers, ...dataUpkeep],
}
