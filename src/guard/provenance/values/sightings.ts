/**
 * Where a value stood: named by the request; a field of a system’s own; like a field in what somebody wrote; in running text; a
 * field of an answer that untrusted text had fetched; nowhere.
 */
export type Stand = 'request' | 'system' | 'layout' | 'prose' | 'tainted' | 'none'

/** What was found of a value in all that was read. */
export interface Sightings {
  system: boolean
  layout: boolean
  tainted: boolean
  prose: boolean
  /** The very same one stood somewhere, not only another one of its space or site. */
  exact: boolean
  /** The very same one or another one of its space stood somewhere. */
  space: boolean
  /** Some place of it is one that the request named, and does not speak to the model. */
  named: boolean
  /** It stood in a message of somebody whom the request names. */
  sentByNamed: boolean
  /** It stood by the name of a recipient that the request names; in a text that names one. */
  beside: boolean
  along: boolean
  /** It stood in running text, and only where that speaks to the model. */
  spoken: boolean
  /** It stood as the sender of a message. */
  sender: boolean
  /** … of one whose sender the request names. */
  author: boolean
  /** … of one whose sender is somebody to whom the request says that something goes. */
  meant: boolean
  /** A field value that carries a name from the request. */
  linked: boolean
  /** A text that holds it sets it apart, as a list or table does. */
  listed: boolean
  /** The reading that showed it first. */
  source: string | undefined
}

/** Of a value that was not looked for yet. */
export const nothing = (): Sightings => ({
  system: false,
  layout: false,
  tainted: false,
  prose: false,
  exact: false,
  space: false,
  named: false,
  sentByNamed: false,
  beside: false,
  along: false,
  spoken: false,
  sender: false,
  author: false,
  meant: false,
  linked: false,
  listed: false,
  source: undefined,
})

export const standOf = (found: Sightings): Stand =>
  found.system ? 'system' : found.layout ? 'layout' : found.prose ? 'prose' : found.tainted ? 'tainted' : 'none'
