import { ask, path } from './api.js'
import { h, patch } from './dom.js'
import { poll } from './poll.js'
import { here, refine } from './route.js'
import { when } from './text.js'
import agent from './views/agent.js'
import agents from './views/agents.js'
import approvals from './views/approvals.js'
import command from './views/command.js'
import commands from './views/commands.js'
import deadLetters from './views/dead-letters.js'
import event from './views/event.js'
import findings from './views/findings.js'
import pipeline from './views/pipeline.js'
import trace from './views/trace.js'

/**
 * A view: `title(id)`, `load(context)` asks the API, `draw(data, context)` answers nodes. `everyMs`: how often it is asked
 * for. `controls(context)`: what stands above and is drawn once.
 */
const lists = { agents, approvals, findings, commands, 'dead-letters': deadLetters, pipeline }
const ones = { agents: agent, commands: command, events: event, traces: trace }

const viewOf = ({ page, id }) => (id === undefined ? lists[page] : ones[page])

/** Opens a page in the frame; `moved`: by a person who was elsewhere in it. Returns how it ends. */
export function openPage(route, frame, { moved, onRefused }) {
  const view = viewOf(route) ?? nowhere
  const body = h('div', { class: 'body', 'data-route': location.hash })
  const trouble = h('div', { role: 'alert' })
  const context = contextOf(route, frame)
  const heading = h('h1', { tabindex: '-1' }, view.title(route.id))
  frame.main.replaceChildren(heading, ...(view.controls?.(context) ?? []), trouble, body)
  frame.draw()
  document.title = `${heading.textContent} – Rescind`
  body.append(h('p', { class: 'waiting' }, 'Asking the monitor…'))
  scrollTo(0, 0)
  // Who chose another tenant is not done choosing.
  if (moved && document.activeElement?.id !== 'tenant') heading.focus()

  const polled = poll({
    everyMs: view.everyMs ?? 4000,
    async load(signal) {
      context.signal = signal
      const [data, waiting] = await Promise.all([
        view.load(context),
        ask(path(['commands'], { waits: true, limit: 1000, tenant: context.tenant }), { signal }),
      ])
      return { data, waiting }
    },
    onData({ data, waiting }) {
      trouble.replaceChildren()
      body.removeAttribute('data-stale')
      patch(body, h('div', {}, view.draw(data, context)))
      frame.state(`Live, ${when(Date.now())} UTC`, 'good')
      frame.waiting(waiting.commands.length)
    },
    onTrouble(error, retryMs) {
      if (error.status === 401) {
        onRefused(error.message)
        return
      }
      const isHere = error.status > 0 && error.status < 500
      frame.state(isHere ? 'Refused' : 'Not connected', 'bad')
      const again = isHere ? '' : ` Asked again in ${Math.round(retryMs / 1000)} s; what is shown may be old.`
      patch(trouble, h('div', {}, h('p', { class: 'trouble' }, error.message, again)))
      body.setAttribute('data-stale', '')
      if (body.querySelector('.waiting')) body.replaceChildren()
    },
  })
  context.refresh = polled.now
  return {
    close() {
      polled.stop()
      clearTimeout(context.typing)
    },
  }
}

function contextOf({ id, query }, frame) {
  const { tenant } = query
  return {
    id,
    tenant,
    frame,
    signal: undefined,
    refresh: () => {},
    get query() {
      return here().query
    },
    /** Asks the API, for this tenant. */
    ask(parts, more = {}) {
      return ask(path(parts, { tenant, ...more }), { signal: this.signal })
    },
    /** A filter has changed; while somebody types it waits a moment. */
    refine(changes, waitMs = 0) {
      refine(changes)
      clearTimeout(this.typing)
      this.typing = setTimeout(() => this.refresh(), waitMs)
    },
  }
}

const nowhere = {
  title: () => 'There is no such page',
  load: async () => undefined,
  draw: () => [h('p', {}, 'The address leads nowhere. ', h('a', { href: '#/agents' }, 'To the agents'))],
}
