import { randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { idOf, isObject, type Message, paramsOf } from '../../doors/json-rpc/message.ts'
import type { Side } from '../../doors/side.ts'

/** Most folders that a client’s answer may name. */
const most = 64

/** The folders that the client works in. Where nobody gave any, the client is asked by `roots/list`, under ids of the guard’s own. */
export class ClientRoots {
  readonly #client: Side
  readonly #learn: (roots: readonly string[]) => void
  #canAsk = false
  /** The question whose answer is awaited. */
  #open: string | undefined

  constructor(client: Side, learn: (roots: readonly string[]) => void) {
    this.#client = client
    this.#learn = learn
  }

  /** Looks at what passes from the client: what it can, that it is ready, that its folders are others now. */
  sees(message: Message): void {
    if (message.method === 'initialize') {
      const { capabilities } = paramsOf(message)
      this.#canAsk = isObject(capabilities) && isObject(capabilities.roots)
    } else if (message.method === 'notifications/initialized' || message.method === 'notifications/roots/list_changed')
      this.#ask()
  }

  /** Whether this is the answer to a question of ours; then nobody else gets it. */
  takes(message: Message): boolean {
    if (this.#open === undefined || message.method !== undefined || idOf(message) !== this.#open) return false
    this.#open = undefined
    const { result } = message
    if (isObject(result) && Array.isArray(result.roots)) this.#learn(foldersOf(result.roots))
    return true
  }

  #ask(): void {
    if (!this.#canAsk) return
    this.#open = `rescind-roots-${randomUUID()}`
    this.#client.send({ jsonrpc: '2.0', id: this.#open, method: 'roots/list' })
  }
}

/** As they are written, and as they are on disk. */
function foldersOf(roots: readonly unknown[]): string[] {
  const folders = new Set<string>()
  for (const root of roots.slice(0, most)) {
    if (!isObject(root) || typeof root.uri !== 'string' || !root.uri.startsWith('file:')) continue
    try {
      const path = fileURLToPath(root.uri).replace(/(?<=.)[\\/]+$/, '')
      folders.add(path)
      folders.add(realpathSync(path))
    } catch {
      // No path, or none that is here.
    }
  }
  return [...folders]
}
