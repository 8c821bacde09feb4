import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

let isQuiet = false

interface RequestQueue {
  pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/**
 * The client looks after its pending requests every millisecond on every connection, also where none is pending: thousands
 * of timers a second, and on Node 22 and newer a warning of negative ones (tulios/kafkajs#1751). What is handed in and cannot
 * go at once plans a look itself. In another version of the client nothing is changed.
 */
export function useQuietQueue(): void {
  if (isQuiet) return
  isQuiet = true
  try {
    const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue }
    const { scheduleCheckPendingRequests: plan } = prototype
    prototype.scheduleCheckPendingRequests = function () {
      if (this.pending.length > 0) plan.call(this)
    }
  } catch {
    // Elsewhere in this version.
  }
}
