import { ask, path } from './api.js'
import { h } from './dom.js'
import { openPage } from './page.js'
import { here } from './route.js'
import { key, know, leave } from './session.js'
import { shell } from './shell.js'
import { signIn } from './sign-in.js'
import { dress } from './theme.js'

/** The page now shown, and how it ends. */
let shown

function show(...nodes) {
  document.body.replaceChildren(...nodes)
}

/** Asks for a key, `why` being said first when one was refused. */
function askForKey(why) {
  shown?.close()
  shown = undefined
  leave()
  show(signIn({ why, onEnter: start }))
}

async function start() {
  if (key() === undefined) {
    askForKey()
    return
  }
  try {
    know(await ask(path(['me'])))
  } catch (error) {
    if (error.status === 401) askForKey(error.message)
    else show(signIn({ why: error.message, onEnter: start, retry: start }))
    return
  }
  const frame = shell({ onLeave: () => askForKey() })
  show(...frame.nodes)
  shown?.close()
  const turn = (moved) => {
    shown?.close()
    shown = openPage(here(), frame, { moved, onRefused: askForKey })
  }
  window.onhashchange = () => key() !== undefined && turn(true)
  turn(false)
}

dress()
show(h('p', { class: 'waiting' }, 'Opening…'))
start()
