import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { policy } from '../../bench/service.ts'
import { detectorsWith, flowOf, planOf } from '../../src/compose/flow.ts'
import { checkConfig } from '../../src/config/load-config.ts'
import { loadPolicy } from '../../src/config/policy-file.ts'
import { topicsOf } from '../../src/runtime/topics.ts'

const file = join(mkdtempSync(join(tmpdir(), 'rescind-chaos-')), 'policy.yaml')
writeFileSync(file, policy)
/** The flow that the instances run, under their policy, and the topics it needs. */
export const flow = flowOf(loadPolicy(file, detectorsWith()))
export const topics = topicsOf(flow, planOf(checkConfig({ kafka: { brokers: ['localhost:9092'] } })))
