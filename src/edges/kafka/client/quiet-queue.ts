interface RequestQueue {
  pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/**
 * The client looks after its pending requests every millisecond on every connection, also where none is pending: thousands
 * of timers a second, and on Node 22 and newer a warning of negative ones (tulios/kafkajs#1751). What is handed in and cannot
 * go at once plans a look itself.
 */
export function quiet<Queue extends { prototype: RequestQueue }>(queue: Queue): Queue {
  const { prototype } = queue
  const { scheduleCheckPendingRequests: plan } = prototype
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) plan.call(this)
  }
  return queue
}
