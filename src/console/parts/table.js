import { h } from '../dom.js'

/**
 * A table that is one for eyes and for screen readers, also where a narrow page shows each row as a card: roles are said,
 * for CSS takes them away. Columns: `{ title, cell(row), kind: 'number' | 'wide', hidden: title for screen readers only, sort }`.
 *
 * @param {{ caption: string, columns: any[], rows: any[], key: (row: any) => string, empty: string,
 *   tone?: (row: any) => string | undefined }} of
 */
export function table({ caption, columns, rows, key, empty, tone }) {
  if (rows.length === 0) return h('p', { class: 'empty' }, empty)
  const head = columns.map(({ title, kind, hidden, sort }) =>
    h(
      'th',
      { role: 'columnheader', scope: 'col', class: kind, 'aria-sort': sort },
      hidden ? h('span', { class: 'away' }, title) : title,
    ),
  )
  const line = (row) =>
    h(
      'tr',
      { role: 'row', key: key(row), class: tone?.(row) },
      columns.map(({ title, kind, cell, hidden }, i) =>
        h(
          i === 0 ? 'th' : 'td',
          {
            role: i === 0 ? 'rowheader' : 'cell',
            scope: i === 0 ? 'row' : undefined,
            class: kind,
            'data-title': hidden ? undefined : title,
          },
          cell(row),
        ),
      ),
    )
  return h(
    'table',
    { role: 'table' },
    h('caption', { class: 'away' }, caption),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head)),
    h('tbody', { role: 'rowgroup' }, rows.map(line)),
  )
}

/** Names and values; those that are undefined are left out. */
export const facts = (pairs) =>
  h(
    'dl',
    { class: 'facts' },
    pairs
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  )

/** A part of a page with its heading; `more` stands beside it. */
export const part = (id, title, more, ...children) =>
  h(
    'section',
    { key: id, 'aria-labelledby': `part-${id}` },
    h('header', {}, h('h2', { id: `part-${id}` }, title), more ? h('p', { class: 'quiet' }, more) : undefined),
    children,
  )
