import { withStakes } from 'rescind/detect'
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

/**
 * What each statistical detector bets of the evidence on each event that it looks at. Checked here: together less than 1, so
 * that some is never bet.
 */
const stakes = {
  'first-use': 0.4,
  volume: 0.2,
}

/** The shipped detectors. */
export const detectors = withStakes(
  [
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
  ],
  stakes,
)
