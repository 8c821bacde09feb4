import { readFileSync } from 'node:fs'
import { makeOf } from '../config/file-make.ts'
import { unreadableFile, wordsOf } from '../errors.ts'

/** A key or token in a file of its own, which somebody may renew: looked at before each use, read where it changed. */
export class KeyFile {
  readonly #path: string
  readonly #onTrouble: (why: string) => void
  #key: string | undefined
  #seen = ''

  constructor(path: string, onTrouble: (why: string) => void) {
    this.#path = path
    this.#onTrouble = onTrouble
  }

  /** CONFIG_FILE_UNREADABLE where there is none at the start. */
  open(): void {
    try {
      this.#seen = makeOf(this.#path)
      this.#key = this.#read()
    } catch (cause) {
      throw unreadableFile(this.#path, cause)
    }
  }

  /** While the file cannot be read, or is empty as it is written: the last one that it held. */
  key(): string | undefined {
    try {
      const make = makeOf(this.#path)
      if (make !== this.#seen) {
        this.#key = this.#read() ?? this.#key
        this.#seen = make
      }
    } catch (error) {
      if (this.#seen !== 'away')
        this.#onTrouble(`the key file ${this.#path} cannot be read: ${wordsOf(error)}; the last key is used`)
      this.#seen = 'away'
    }
    return this.#key
  }

  #read(): string | undefined {
    return readFileSync(this.#path, 'utf8').trim() || undefined
  }
}
