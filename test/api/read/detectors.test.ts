import { afterAll, beforeAll, expect, test } from 'vitest'
import { detectors } from '../../../detectors/index.ts'
import { defineDetector } from '../../../src/detect/define.ts'
import { openApi, recent } from '../../support/api.ts'
import { unsaid } from '../../support/detector.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { until } from '../../support/until.ts'

const broken = defineDetector({
  ...unsaid,
  id: 'broken',
  version: 3,
  key: 'task',
  rule: true,
  title: 'Broken',
  state: () => null,
  step: () => {
    throw new Error('oops')
  },
})

let api: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  api = await openApi(temporaryDirectory(), { detectors: [...detectors, broken] })
})
afterAll(() => api.close())

test('a detector that fails is benched, listed, counted and logged; the monitor goes on', async () => {
  const sent = [recent({ id: 'e1' }), recent({ id: 'e2' })]
  await api.call({ method: 'POST', url: '/v1/events', payload: sent })
  const get = async (url: string) => (await api.call({ method: 'GET', url })).json()
  const find = async () => (await get('/v1/findings')).findings
  await until('its finding', async () => (await find()).at(0))
  expect(await find()).toMatchObject([{ detector: 'broken', event: 'e1', fault: true, bits: 0 }])
  expect((await get('/v1/agents/agent-1')).benched).toEqual(['broken'])
  const { detectors: listed } = await get('/v1/detectors')
  expect(listed.find(({ id }: { id: string }) => id === 'broken')).toMatchObject({ benched: 1, blind: [], needs: [] })
  expect((await api.call({ method: 'GET', url: '/metrics' })).body).toContain(
    'rescind_detector_faults_total{detector="broken"} 1',
  )
  expect(api.lines.filter(({ level }) => level === 'error')).toMatchObject([
    {
      message: 'a detector failed',
      fields: { detector: 'broken', agent: 'agent-1', because: expect.stringContaining('oops') },
    },
  ])
  expect(api.failures).toEqual([])
})
