import { h } from '../dom.js'
import { person, remember, whoIs } from '../session.js'

/**
 * Asks a person for the reason of what they do. Resolves with `{ reason, by }` and what they chose besides (`choice`: a node and
 * its reader), or with undefined when they thought better of it. Focus goes in, stays in, and back to where it was: it is the
 * browser’s own modal dialog.
 * @param {{ title: any, says: any, verb: string, choice?: { node: any, read(): object } | undefined }} of
 */
export function askReason({ title, says, verb, choice }) {
  return new Promise((resolve) => {
    const { local, id } = whoIs()
    const reason = h('textarea', { id: 'reason', rows: '3', required: true, maxlength: '4096' })
    const by = h('input', { id: 'by', type: 'text', maxlength: '512', autocomplete: 'off' })
    by.value = person()
    let answer
    const submit = (event) => {
      event.preventDefault()
      const why = reason.value.trim()
      // Blanks are no reason, and an empty field is said by the browser.
      if (why === '') {
        reason.value = ''
        reason.reportValidity()
        return
      }
      const name = by.value.trim()
      if (local) remember(name)
      answer = { reason: why, ...(local && name !== '' ? { by: name } : {}), ...choice?.read() }
      dialog.close()
    }
    const dialog = h(
      'dialog',
      {
        class: 'ask',
        'aria-labelledby': 'dialog-title',
        on: {
          close() {
            dialog.remove()
            resolve(answer)
          },
        },
      },
      h('h2', { id: 'dialog-title' }, title),
      h('p', {}, says),
      h(
        'form',
        { on: { submit } },
        choice?.node,
        h('label', { for: 'reason' }, 'Reason, for the auditor'),
        reason,
        local
          ? [
              h('label', { for: 'by' }, 'Your name'),
              by,
              h('p', { class: 'quiet' }, 'With the local key the record names whom you say; empty: “local”.'),
            ]
          : h('p', { class: 'quiet' }, 'Recorded as ', h('strong', {}, id), '.'),
        h(
          'div',
          { class: 'buttons' },
          h('button', { type: 'submit', class: 'primary' }, verb),
          h('button', { type: 'button', on: { click: () => dialog.close() } }, 'Cancel'),
        ),
      ),
    )
    document.body.append(dialog)
    dialog.showModal()
    reason.focus()
  })
}
