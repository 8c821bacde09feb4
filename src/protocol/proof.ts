/** What stands in the way of the local key until whoever listens has shown that it holds it too. */
export const proofPath = '/v1/proof'

/** What its HMAC-SHA-256 under the local key proves, base64url: that the key’s monitor itself listens at the port that was called, and nobody who asks it. */
export const proofText = (port: number, nonce: string): string => `rescind monitor\n${port}\n${nonce}`
