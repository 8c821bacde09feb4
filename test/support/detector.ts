import { Type } from 'typebox'

/** What every definition of a detector holds and a test has nothing to say of. */
export const unsaid = {
  version: 1,
  why: 'test',
  needs: [],
  blindSpots: [],
  falseAlarms: [],
  labels: [],
  options: Type.Object({}),
}
