import { detectors as shipped } from '../../detectors/index.ts'
import type { AnyDetector } from '../../src/detect/define.ts'
import { openLocalLog } from '../../src/edges/lmdb/open-local-log.ts'
import { formats } from '../../src/formats/index.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import { defaultPolicy, type Policy, stamped } from '../../src/policy/policy.ts'
import type { Log } from '../../src/ports/log.ts'
import { foreignRecords } from '../../src/runtime/foreign.ts'
import { openInlet } from '../../src/runtime/inlet.ts'
import { Monitor } from '../../src/runtime/monitor.ts'
import { embeddedPlan, type TopicPlan } from '../../src/runtime/topics.ts'
import { wallClock } from '../../src/runtime/wall-clock.ts'
import { rescind } from '../../src/topology.ts'

/** The real monitor on the real embedded log. */
export async function openMonitor(directory: string, policy?: Policy, detectors?: readonly AnyDetector[]) {
  return await monitorOn(await openLocalLog({ directory, clock: wallClock }), embeddedPlan, policy, detectors)
}

/** The real monitor on any log. */
export async function monitorOn(
  log: Log,
  plan: TopicPlan,
  policy: Policy = defaultPolicy(),
  detectors: readonly AnyDetector[] = shipped,
) {
  const failures: unknown[] = []
  const inlet = openInlet(formats)
  const monitor = new Monitor({
    topology: rescind(detectors, stamped(policy, 0)),
    inlet,
    foreign: foreignRecords(inlet, log),
    log,
    clock: wallClock,
    plan,
    policy,
    onFailed: (error) => failures.push(error),
  })
  await monitor.start()
  return {
    monitor,
    log,
    failures,
    async close() {
      await monitor.close()
      await log.close()
    },
  }
}

/** Resolves with the first update of the tenant that fits, past ones included. */
export function update(monitor: Monitor, tenant: string, fits: (u: CommandUpdate) => boolean): Promise<CommandUpdate> {
  return new Promise((resolve) => {
    const past = monitor.commandTables.of(tenant).recent.find(fits)
    if (past !== undefined) {
      resolve(past)
      return
    }
    const stop = monitor.commandTables.follow(tenant, (u) => {
      if (!fits(u)) return
      stop()
      resolve(u)
    })
  })
}
