/** The package has no types; the part of it that tests use. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Token {
    clientId?: string
  }
  export default class Provider {
    constructor(
      issuer: string,
      configuration: {
        clients: object[]
        scopes: string[]
        extraTokenClaims(context: unknown, token: Token): object
        features: {
          clientCredentials: object
          devInteractions: object
          resourceIndicators: { enabled: boolean; getResourceServerInfo(context: unknown, resource: string): object }
        }
        formats: {
          customizers: {
            jwt(context: unknown, token: Token, parts: { payload: Record<string, unknown> }): Promise<object>
          }
        }
      },
    )
    callback(): (request: IncomingMessage, response: ServerResponse) => void
  }
}
