import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compose } from '../../src/compose/compose.ts'
import { checkConfig } from '../../src/config/load-config.ts'
import { createLogger, createMetrics } from '../../src/telemetry.ts'
import { temporaryDirectory } from '../support/temporary.ts'

test('a start on what cannot be written is an error of the configuration, with what to do', async () => {
  // A file in the place of a directory fails for root too, whom no mode stops.
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, '')
  for (const data of [file, join(file, 'data')]) {
    const config = checkConfig({ data, history: { enabled: false }, http: { port: 0 } })
    const started = compose(config, createLogger('silent'), createMetrics({ processMetrics: false }))
    await expect(started).rejects.toMatchObject({
      code: 'CONFIG_FILE_UNREADABLE',
      message: expect.stringMatching(/^data: .* cannot be written: .* Make room there/),
    })
  }
})
