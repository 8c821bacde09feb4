export type IdentityKind =
  | 'mailbox'
  | 'url'
  | 'host'
  | 'ip'
  | 'phone'
  | 'iban'
  | 'account'
  | 'path'
  | 'repository'
  | 'channel'
  | 'handle'

/** What a value names, in one spelling. Proof compares `canonical`, `owner` or `host`; suspicion compares `site`, and its look-alike’s. */
export interface Identity {
  kind: IdentityKind
  /**
   * For equality: `ann@corp.example` (no tag, no comment), `https://h/p?q`, `203.0.113.7`, `+4930123` or digits, `DE89…`, `/a/b`,
   * `github.com/owner/name`, `general`. What a program that is given the value would reach, so another script stays another one.
   */
  canonical: string
  /** Whole host in ASCII (punycode), without port and trailing dot; for UNC paths and repositories too. */
  host?: string
  /** Registrable domain by the public suffix list, its private section included; the host itself where there is none. */
  site?: string
  /** On a host that many share: whose space it is, `github.com/octocat`, `s3/bucket`, `docs.google.com/ID`, `octocat.github.io`. */
  owner?: string
  /** url: user info, path, query and fragment in normal form, empty for the root. repository: `owner/name` without its host. */
  rest?: string
}
