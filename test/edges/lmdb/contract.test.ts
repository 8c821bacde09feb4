import type { Log } from '../../../src/ports/log.ts'
import { logContract } from '../../contract/log.ts'
import { openTemporary } from './temporary.ts'

logContract('The local log', async () => {
  const { open, dispose } = openTemporary()
  let log: Log = await open()
  return {
    log,
    async reopen() {
      await log.close()
      log = await open()
      return log
    },
    dispose,
  }
})
