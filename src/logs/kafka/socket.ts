import { isIP, type Socket, connect as tcp } from 'node:net'
import { connect as tls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

const keepAliveMs = 60_000

/**
 * A connection that sends at once, as those of Kafka’s Java clients do. The client’s own leaves Nagle’s algorithm on (RFC 896):
 * what is written while an earlier request is not acknowledged yet, such as a fetch behind a commit, waits for up to 40 ms.
 */
export const promptSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const servername = isIP(host) === 0 ? { servername: host } : {}
  // Without TLS it is absent, whatever the client’s types say.
  const isSecure = Boolean(ssl)
  const socket: Socket = isSecure
    ? tls({ host, port, ...servername, ...ssl }, onConnect)
    : tcp({ host, port }, onConnect)
  socket.setKeepAlive(true, keepAliveMs)
  socket.setNoDelay(true)
  return socket
}
