import { h, said } from '../dom.js'
import { time } from '../parts/badge.js'
import { table } from '../parts/table.js'
import { whoIs } from '../session.js'
import { count, several } from '../text.js'

const bound =
  'Dead letters are of no tenant: what could not be read says none. Your token is bound to one, so they are not for it.'

export default {
  title: () => 'Dead letters',
  everyMs: 6000,
  controls(context) {
    if (whoIs().tenant !== undefined) return []
    const field = h('input', {
      id: 'code',
      type: 'search',
      maxlength: '64',
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: 'FIELD_TYPE',
      on: { input: ({ target }) => context.refine({ code: target.value.trim().toUpperCase() }, 300) },
    })
    field.value = context.query.code ?? ''
    return [h('div', { class: 'controls' }, h('div', {}, h('label', { for: 'code' }, 'Code'), field))]
  },
  load: (context) =>
    whoIs().tenant === undefined
      ? context.ask(['dead-letters'], { limit: 100, code: context.query.code, tenant: undefined })
      : undefined,
  draw(answer) {
    if (answer === undefined) return [h('p', { class: 'empty' }, bound)]
    const { deadLetters, codes, scanned } = answer
    const byCode = Object.entries(codes).sort(([, a], [, b]) => b - a)
    return [
      h(
        'p',
        { class: 'quiet summary' },
        scanned === 0
          ? 'Everything that came in could be used.'
          : `Of the latest ${count(scanned)} that could not be used: ${byCode.map(([code, n]) => `${n} ${code}`).join(', ')}.`,
      ),
      table({
        caption: 'Dead letters, newest first',
        empty: scanned === 0 ? 'No dead letter.' : 'None has this code.',
        rows: deadLetters,
        key: ({ id }) => id,
        columns: [
          { title: 'Time', kind: 'when', cell: ({ time: at }) => time(at) },
          {
            title: 'Code',
            kind: 'name',
            cell: ({ code, stage }) => [h('strong', {}, said(code, 40)), h('div', { class: 'quiet' }, said(stage, 40))],
          },
          {
            title: 'Reason',
            kind: 'wide',
            cell: ({ reason, field }) => [
              said(reason, 300),
              field === undefined ? undefined : h('div', { class: 'quiet' }, 'field ', h('code', {}, said(field, 100))),
            ],
          },
          { title: 'What came in', kind: 'wide', cell: raw },
        ],
      }),
    ]
  },
}

const raw = ({ raw: text, rawBytes, format }) =>
  h(
    'details',
    {},
    h('summary', {}, several(rawBytes, 'byte'), format === undefined ? '' : `, ${format}`),
    h('pre', { tabindex: '0', role: 'group', 'aria-label': 'First bytes' }, said(text, 2000)),
  )
