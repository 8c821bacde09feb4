import { makeOf } from '../../config/file-make.ts'
import { RescindError } from '../../errors.ts'
import { fitsAny } from '../../model/names.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/logger.ts'
import { type Caller, granted } from './caller.ts'
import { digestOf, editKeys, writtenLine } from './keys-edit.ts'
import { type KeyLine, keyLine, readKeys } from './keys-file.ts'

/** A key that was taken out is refused within a second. A look costs one `stat`, and sees what mounts tell no watcher. */
const lookEveryMs = 500

interface RingParts {
  path: string
  onlyTenant: string | undefined
  clock: Clock
  logger: Pick<Logger, 'info' | 'error'>
}

interface Held {
  line: string
  key: KeyLine
  caller: Caller
}

/** The keys of the file as it is now; one that is wrong changes nothing, and is told once. */
export class KeyRing {
  readonly #p: RingParts
  readonly #stop: () => void
  #keys = new Map<string, Held>()
  #seen: string

  /** CONFIG_FILE_UNREADABLE, or CONFIG_INVALID naming the line. */
  constructor(parts: RingParts) {
    this.#p = parts
    this.#seen = makeOf(parts.path)
    this.#take(readKeys(parts.path, parts.onlyTenant))
    if (this.#keys.size === 0) throw new RescindError('CONFIG_INVALID', `auth.keysFile: ${parts.path} holds no key.`)
    this.#stop = parts.clock.every(lookEveryMs, () => this.look())
  }

  close(): void {
    this.#stop()
  }

  /** Who holds the key; undefined where nobody does. Looked up by its digest, which tells nothing of the key by the time it takes. */
  holderOf(token: string): Caller | undefined {
    const found = this.#keys.get(digestOf(token))
    return found?.key.join === undefined && found?.caller.holds(this.#p.clock.now()) === true ? found.caller : undefined
  }

  /** Exchanges a join token for the key with this digest, once: whoever reads the file sees one or the other. Undefined where it is none. */
  async join(token: string, digest: string): Promise<KeyLine | undefined> {
    const of = digestOf(token)
    if (this.#keys.get(of)?.key.join === undefined) return undefined
    const key = await editKeys(this.#p.path, (lines) => {
      const now = this.#p.clock.now()
      const at = lines.findIndex(({ key }) => key?.digest === of)
      const { join, expires, ...rest } = lines[at]?.key ?? { join: undefined, expires: undefined }
      if (join === undefined || !('name' in rest) || (expires !== undefined && now >= expires))
        return { lines, answer: undefined }
      const own: KeyLine = { ...rest, digest, ...(Number.isFinite(join) ? { expires: now + join } : {}) }
      return { lines: lines.with(at, writtenLine(own)), answer: own }
    })
    this.look()
    return key
  }

  /** Whether a key is bound to the point in the tenant, so that no key without a binding can take it. */
  isBoundPoint(tenant: string, point: string): boolean {
    for (const { key } of this.#keys.values())
      if ((key.tenant === undefined || key.tenant === tenant) && fitsAny(key.speaks.points ?? [], point)) return true
    return false
  }

  /** Reads the file again where it changed. */
  look(): void {
    const { path, onlyTenant, logger } = this.#p
    const now = makeOf(path)
    if (now === this.#seen) return
    this.#seen = now
    try {
      this.#take(readKeys(path, onlyTenant))
      logger.info({ keys: this.#keys.size }, 'keys reloaded')
    } catch (error) {
      logger.error({ err: error }, 'the keys file is wrong; the last good keys stay accepted')
    }
  }

  #take(keys: readonly KeyLine[]): void {
    const next = new Map<string, Held>()
    for (const key of keys) {
      const line = keyLine(key)
      const known = this.#keys.get(key.digest)
      next.set(key.digest, known?.line === line ? known : { line, key, caller: this.#callerOf(key, line) })
    }
    this.#keys = next
  }

  #callerOf({ name, digest, scopes, tenant, speaks, expires }: KeyLine, line: string): Caller {
    return {
      id: `key:${name}`,
      local: false,
      scopes: granted(scopes),
      tenant,
      speaks,
      holds: (now) => this.#keys.get(digest)?.line === line && (expires === undefined || now < expires),
    }
  }
}
