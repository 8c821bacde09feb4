import { h } from './dom.js'
import { enter } from './session.js'

/**
 * The form that asks for a key or token. `retry`: the key is fine, the monitor is away.
 *
 * @param {{ why?: string, onEnter(): void, retry?(): void }} of
 */
export function signIn({ why, onEnter, retry }) {
  const input = h('input', {
    id: 'key',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    maxlength: '16384',
    'aria-describedby': 'key-help',
    'aria-invalid': why === undefined || retry !== undefined ? undefined : 'true',
  })
  const submit = (event) => {
    event.preventDefault()
    const given = input.value.trim().replace(/^Bearer\s+/i, '')
    input.value = ''
    if (given === '') return
    enter(given)
    onEnter()
  }
  // Without a fill-in for passwords: a key of a machine is not what a browser should offer to keep.
  queueMicrotask(() => input.focus())
  return h(
    'main',
    { class: 'sign-in' },
    h('h1', {}, 'Rescind'),
    h('p', {}, 'What agents do, what stands against them, and what was ordered.'),
    why === undefined ? undefined : h('p', { role: 'alert', class: 'trouble' }, why),
    retry === undefined ? undefined : h('button', { type: 'button', on: { click: () => retry() } }, 'Try again'),
    h(
      'form',
      { on: { submit } },
      h('label', { for: 'key' }, 'Key or access token'),
      input,
      h(
        'p',
        { id: 'key-help', class: 'quiet' },
        'On the monitor’s own machine: the content of ',
        h('code', {}, '.rescind/rescind.key'),
        '. Elsewhere: a token of your issuer with ',
        h('code', {}, 'rescind.read'),
        '. It stays in this tab and is gone when you close it.',
      ),
      h('button', { type: 'submit', class: 'primary' }, 'Sign in'),
    ),
  )
}
