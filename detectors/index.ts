import type { AnyDetector } from 'rescind/detect'
import bulkHarm from './bulk-harm.ts'
import declaredScope from './declared-scope.ts'
import firstUse from './first-use.ts'
import handedDestination from './handed-destination.ts'
import readThenExport from './read-then-export.ts'
import revokedUse from './revoked-use.ts'
import sharedCredential from './shared-credential.ts'
import toolDrift from './tool-drift.ts'
import untrustedDestination from './untrusted-destination.ts'
import volume from './volume.ts'

/** The shipped detectors. The stakes add up to less than 1: half of the evidence is never bet. */
export const detectors: readonly AnyDetector[] = [
  declaredScope,
  firstUse,
  untrustedDestination,
  bulkHarm,
  toolDrift,
  volume,
  readThenExport,
  handedDestination,
  sharedCredential,
  revokedUse,
]
