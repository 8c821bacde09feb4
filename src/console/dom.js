/** The only place that makes elements. Text goes in as text, and only attributes that are known here can be set. */
import { plain } from './text.js'

const attributes = new Set(
  (
    'id class href type name value for role tabindex title lang hidden disabled open colspan scope datetime placeholder ' +
    'autocomplete spellcheck maxlength rows required selected checked autofocus key ' +
    'viewBox width height x y x1 x2 y1 y2 cx cy r rx d points transform preserveAspectRatio fill'
  ).split(' '),
)
const tags = new Set(
  (
    'a article aside bdi button caption code dd details dialog div dl dt fieldset footer form h1 h2 h3 header input label ' +
    'legend li main nav ol option p pre section select small span strong summary table tbody td textarea th thead time tr ul'
  ).split(' '),
)
const shapes = new Set('svg g path rect circle line polygon title'.split(' '))
const ns = 'http://www.w3.org/2000/svg'

/** Handlers of a node by type of event: one listener each, so that patch can hand on newer ones. */
const handlers = new WeakMap()

function build(node, attrs, children) {
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === undefined || value === null || value === false) continue
    if (name === 'on') listen(node, value)
    else if (attributes.has(name) || name.startsWith('aria-') || name.startsWith('data-')) put(node, name, value)
    else throw new Error(`no such attribute: ${name}`)
  }
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false) continue
    node.append(child instanceof Node ? child : plain(child))
  }
  return node
}

function put(node, name, value) {
  // Links go to places in this page only.
  if (name === 'href' && !String(value).startsWith('#')) throw new Error('a link may not leave the page')
  node.setAttribute(name === 'key' ? 'data-key' : name, value === true ? '' : plain(value))
}

function listen(node, given) {
  handlers.set(node, given)
  for (const type of Object.keys(given)) node.addEventListener(type, (event) => handlers.get(node)?.[type]?.(event))
}

/** h('p', { class: 'note' }, 'text', h('strong', {}, 'more')) */
export function h(tag, attrs, ...children) {
  if (!tags.has(tag)) throw new Error(`no such element: ${tag}`)
  return build(document.createElement(tag), attrs, children)
}

/** The same for shapes of SVG. */
export function shape(tag, attrs, ...children) {
  if (!shapes.has(tag)) throw new Error(`no such shape: ${tag}`)
  return build(document.createElementNS(ns, tag), attrs, children)
}

/** What an agent, a tool or a person said: apart from the text around it, whatever its direction, and not longer than `max`. */
export const said = (text, max = 160) =>
  h('bdi', { class: 'said', title: String(text).length > max ? plain(text, 1000) : undefined }, plain(text, max))

/**
 * Makes the children of `live` those of `wanted`, keeping the nodes that are the same: focus, selection, scroll, what was
 * typed and what was opened stay.
 */
export function patch(live, wanted) {
  const keyed = new Map()
  for (const node of live.children) if (node.dataset.key !== undefined) keyed.set(node.dataset.key, node)
  let at = live.firstChild
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next)
    const known = key === undefined ? at : keyed.get(key)
    if (known && isSame(known, next)) {
      if (known === at) at = at.nextSibling
      else live.insertBefore(known, at)
      sync(known, next)
    } else live.insertBefore(next, at)
  }
  while (at) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined)
const isSame = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b)

/** What the person at the page has changed is theirs. */
const theirs = new Set(['open', 'value'])

function sync(live, wanted) {
  if (live.nodeType !== Node.ELEMENT_NODE) {
    if (live.data !== wanted.data) live.data = wanted.data
    return
  }
  for (const { name } of [...live.attributes])
    if (!wanted.hasAttribute(name) && !theirs.has(name)) live.removeAttribute(name)
  for (const { name, value } of [...wanted.attributes])
    if (live.getAttribute(name) !== value && !theirs.has(name)) live.setAttribute(name, value)
  const given = handlers.get(wanted)
  if (given !== undefined) {
    if (handlers.has(live)) handlers.set(live, given)
    else listen(live, given)
  } else handlers.delete(live)
  patch(live, wanted)
}
