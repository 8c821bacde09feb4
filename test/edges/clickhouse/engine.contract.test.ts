import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import { historyContract } from '../../contract/history.ts'
import { temporaryEngine } from '../chdb/temporary.ts'

historyContract('ClickHouse by URL, against the embedded engine', async () => {
  const engine = await temporaryEngine()
  const history = await openHistory({ url: engine.url, ...engine.writer })
  return {
    history,
    close: async () => {
      await history.close()
      await engine.close()
    },
  }
})
