import type { Store } from '../../flow/topology.ts'

/** The state of each detector of a key, by the detector’s id. */
export const detectorsStore: Store<Record<string, unknown>> = { name: 'detectors', init: () => ({}) }
