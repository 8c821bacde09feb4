import { Trouble } from './api.js'

const longestMs = 30_000
/** A slow answer is not asked for more often than it can be given. */
const share = 10

/**
 * Calls `load` now and again every `everyMs`, not while the page is hidden, and slower while it fails.
 * `onData(data)` and `onTrouble(trouble, retryMs)` tell. Returns `{ now, stop }`.
 */
export function poll({ load, everyMs, onData, onTrouble }) {
  const ended = new AbortController()
  let timer
  let failures = 0
  let running

  const later = (ms) => {
    clearTimeout(timer)
    if (!ended.signal.aborted && !document.hidden) timer = setTimeout(run, ms)
  }
  const run = async () => {
    clearTimeout(timer)
    running?.abort()
    const mine = new AbortController()
    running = mine
    const began = performance.now()
    try {
      const data = await load(AbortSignal.any([ended.signal, mine.signal]))
      if (mine.signal.aborted || ended.signal.aborted) return
      failures = 0
      onData(data)
      later(Math.max(everyMs, share * (performance.now() - began)))
    } catch (error) {
      if (mine.signal.aborted || ended.signal.aborted) return
      // What is no trouble of the monitor is a fault of this page, and says so.
      const trouble = error instanceof Trouble ? error : new Trouble(-1, `This page has a fault: ${error}`)
      const retryMs = Math.min(longestMs, everyMs * 2 ** ++failures)
      onTrouble(trouble, retryMs)
      later(retryMs)
    }
  }
  const onVisible = () => (document.hidden ? clearTimeout(timer) : run())
  document.addEventListener('visibilitychange', onVisible)
  run()
  return {
    now: run,
    stop() {
      ended.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    },
  }
}
