import { pathToFileURL } from 'node:url'
import { detectors } from '../detectors/index.ts'
import { toMermaid } from '../src/flow/topology.ts'
import { defaultPolicy, stamped } from '../src/policy/policy.ts'
import { rescind } from '../src/topology.ts'

/** The whole data flow as a Mermaid flow chart. */
export const diagram = (): string => toMermaid(rescind(detectors, stamped(defaultPolicy(), 0)))

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${diagram()}\n`)
