import { h, patch, said, shape } from './dom.js'
import { here, to } from './route.js'
import { whoIs } from './session.js'
import { isDark, toggle } from './theme.js'

export const pages = [
  ['agents', 'Agents'],
  ['approvals', 'Approvals'],
  ['findings', 'Findings'],
  ['commands', 'Commands'],
  ['dead-letters', 'Dead letters'],
  ['pipeline', 'Pipeline'],
]

/** What stays while pages change: skip link, navigation, tenant, theme, what was announced, the place for the page. */
export function shell({ onLeave }) {
  const main = h('main', { id: 'main', tabindex: '-1' })
  const news = h('div', { class: 'news', role: 'status', 'aria-live': 'polite' })
  const state = h('p', { class: 'state' }, 'Connecting…')
  const links = h('ul', {})
  const toMain = (event) => {
    // The fragment is the route’s.
    event.preventDefault()
    main.focus()
  }
  const changeTheme = () => {
    toggle()
    draw()
  }
  const skip = h('a', { class: 'skip', href: '#main', on: { click: toMain } }, 'Skip to content')
  const theme = h('button', { type: 'button', class: 'flat', on: { click: changeTheme } })
  const tenant = tenantForm()
  const header = h(
    'header',
    { class: 'top' },
    h('p', { class: 'brand' }, mark(), 'Rescind'),
    tenant.node,
    state,
    h(
      'div',
      { class: 'tools' },
      theme,
      h('button', { type: 'button', class: 'flat', on: { click: onLeave } }, 'Sign out'),
    ),
  )
  const nav = h('nav', { class: 'side', 'aria-label': 'Pages' }, links)
  /** Undefined until it was asked for: what waited before somebody came is no news. */
  let waiting

  function draw() {
    const { page } = here()
    const current = page === 'events' || page === 'traces' ? 'agents' : page
    const items = pages.map(([id, title]) =>
      h(
        'li',
        { key: id },
        h(
          'a',
          { href: to(id), 'aria-current': id === current ? 'page' : undefined },
          title,
          id === 'approvals' && waiting > 0
            ? h('span', { class: 'badge' }, waiting, h('span', { class: 'away' }, ' waiting'))
            : undefined,
        ),
      ),
    )
    patch(links, h('ul', {}, items))
    tenant.draw()
    theme.textContent = isDark() ? 'Light theme' : 'Dark theme'
  }
  draw()
  return {
    nodes: [skip, header, h('div', { class: 'frame' }, nav, main), news],
    main,
    draw,
    /** Says something once, to the eye and to a screen reader. */
    tell(text) {
      news.replaceChildren(h('p', {}, text))
      clearTimeout(news.timer)
      news.timer = setTimeout(() => news.replaceChildren(), 12_000)
    },
    state(text, kind) {
      patch(state, h('p', {}, h('span', { class: `dot ${kind}`, 'aria-hidden': 'true' }), text))
    },
    waiting(n) {
      if (n === waiting) return
      if (waiting !== undefined && n > waiting)
        this.tell(n === 1 ? 'One command waits for an answer.' : `${n} commands wait for an answer.`)
      waiting = n
      draw()
    },
  }
}

/** Which tenant is looked at: to be chosen, unless the token says it. Follows the address. */
function tenantForm() {
  const { tenant: own, tenants } = whoIs()
  if (own !== undefined)
    return { node: h('p', { class: 'tenant' }, 'Tenant ', h('strong', {}, said(own, 64))), draw() {} }
  const select = h('select', { id: 'tenant' })
  select.onchange = () => {
    location.hash = to(here().page, undefined, { tenant: select.value })
  }
  return {
    node: h('p', { class: 'tenant' }, h('label', { for: 'tenant' }, 'Tenant'), select),
    draw() {
      const now = here().query.tenant ?? 'default'
      const names = [...new Set(['default', ...tenants, now])].sort()
      patch(
        select,
        h(
          'select',
          {},
          names.map((name) => h('option', { value: name, key: name }, name)),
        ),
      )
      select.value = now
    },
  }
}

const mark = () =>
  shape(
    'svg',
    { viewBox: '0 0 16 16', width: '18', height: '18', 'aria-hidden': 'true', class: 'mark' },
    shape('path', { d: 'M8 0 15 3v5c0 4-3 7-7 8-4-1-7-4-7-8V3z' }),
    shape('path', { class: 'line', d: 'M4.500 8h7M8.500 5l3 3-3 3' }),
  )
