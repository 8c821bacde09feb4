/** The public half of a signing key, as RFC 7517 writes it. */
export interface PublicKey {
  kty: string
  kid: string
  alg: string
  use: string
  crv: string
  x: string
  y?: string
}

/**
 * Signs what leaves the monitor; anyone verifies it with the published keys.
 *
 * Obligations of every implementation:
 *  - A signature verifies with a key of `jwks()` by its `kid`, and goes on doing so after a rotation.
 *  - Private halves never leave it.
 */
export interface Signer {
  readonly kid: string
  /** A compact JWS over the text; `typ` says what it is. */
  sign(payload: string, typ: string): Promise<string>
  /** The public keys, the present one first, then those before it. */
  jwks(): { keys: PublicKey[] }
  /** A secret for one purpose, 32 bytes in base64url: the same at every instance that holds the present key, and another after a rotation. */
  secret(purpose: string): string
  /** A new key from now on; the old one’s public half stays published. */
  rotate(): Promise<string>
}
