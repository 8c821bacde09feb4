import { fetches, type Shell, type Word } from './shell.ts'

/** A redirection of a command: a file that is written, or a connection that bash opens by a path. */
export function redirect(operator: string, target: Word, shell: Shell, isFetched: boolean) {
  const { found, ground } = shell
  const net = /^\/dev\/(?:tcp|udp)\/([^/]+)\/?/.exec(target.text)
  if (net !== null) {
    found.part('destination', 'host', net[1] ?? '')
    found.raise('outward', 'opens a connection by a path')
    return
  }
  if (!operator.includes('>')) return
  if (/^(?:\d+|-)$/.test(target.text) || /^\/dev\/(?:null|stdout|stderr|tty)$/.test(target.text)) return
  if (target.output) return
  if (target.variable) found.raise('shared', 'writes to a file whose name is not known')
  else {
    found.write(target.text, ground)
    if (!operator.includes('>>')) found.create(target.text, ground)
    if (isFetched) fetches(target.text, shell)
  }
}
