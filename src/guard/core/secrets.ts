/** A secret found in a text. */
export interface Secret {
  kind: string
  value: string
}
/** Finds secrets by their shapes. Linear in the text; never throws. */
export type SecretsIn = (text: string) => Secret[]

const shapes: readonly [kind: string, shape: RegExp][] = [
  ['private key', /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{1,20000}/g],
  ['access key', /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g],
  ['token', /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|sk_live_|npm_|pypi-)[\w-]{16,255}/g],
  ['token', /\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000}/g],
]
/** `password: …`, `api_key = "…"`: the value is the secret. */
const named =
  /\b(?:\w{0,40}_)?(?:password|passwd|secret|api_?key|access_?key|auth_?token|token)["']?\s{0,8}[:=]\s{0,8}["']?([^\s"',;]{8,200})/gi

/** What the guard itself knows of secrets; a rule set that knows more may be given in its place. */
export const knownSecrets: SecretsIn = (text) => {
  const found: Secret[] = []
  for (const [kind, shape] of shapes) for (const [value] of text.matchAll(shape)) found.push({ kind, value })
  for (const [, value = ''] of text.matchAll(named)) found.push({ kind: 'named secret', value })
  return found
}
