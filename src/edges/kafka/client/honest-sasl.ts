import kafkajs from 'kafkajs'

interface Connection {
  send(request: unknown): Promise<unknown>
  sendAuthRequest(request: unknown): Promise<unknown>
}

interface Authenticator {
  connection: Connection
  authenticate(): Promise<void>
}

/**
 * The client takes whatever goes wrong while it proves who we are for a refusal of who we are, which it never tries again: a
 * broker that dies at that moment would end its consumers for good. Here a connection that broke is one that broke.
 */
export function honest<Class extends { prototype: Authenticator }>(theirs: Class): Class {
  const { prototype } = theirs
  const { authenticate } = prototype
  prototype.authenticate = async function () {
    const { connection } = this
    let broken: unknown
    this.connection = Object.create(connection, {
      sendAuthRequest: { value: (request: unknown) => connection.sendAuthRequest(request) },
      send: {
        value: (request: unknown) =>
          connection.send(request).catch((error: unknown) => {
            if (!(error instanceof kafkajs.KafkaJSProtocolError)) broken = error
            throw error
          }),
      },
    }) as Connection
    try {
      await authenticate.call(this)
    } catch (error) {
      throw broken ?? error
    }
  }
  return theirs
}
