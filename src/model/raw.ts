/** What came in at the edge, before anything is believed about it. `received` is stamped there and is data from then on. */
export interface Raw {
  /** UTF-8 text; bytes that were not UTF-8 have become U+FFFD. */
  body: string
  /** No character of the body is beyond ASCII; absent: not known. */
  isAscii?: boolean
  /** Media type as sent, parameters included; absent: sniffed. */
  contentType?: string
  /** Lower-case names; only those that formats read (CloudEvents' `ce-*`, `traceparent`). */
  headers?: Readonly<Record<string, string>>
  /** When it arrived, ms since the epoch. */
  received: number
}
