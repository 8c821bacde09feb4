import { createReadStream, statSync } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { RescindError } from '../errors.ts'

/** Lines of a file that may be packed with gzip, or of standard input (`-`). */
export interface Lines {
  name: string
  /** Share that was read, 0 to 1; undefined when the end is not known. */
  share(): number | undefined
  read(): AsyncGenerator<string>
}

const unreadable = (name: string, cause: unknown, what = 'cannot be read') => {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new RescindError('CONFIG_FILE_UNREADABLE', `${name} ${what}${why}`, { cause })
}

/** Fails at once when there is no such file. */
export function linesOf(file: string): Lines {
  const isInput = file === '-'
  const name = isInput ? 'standard input' : file
  const size = isInput ? 0 : sizeOf(file)
  let bytes = 0
  async function* read(): AsyncGenerator<string> {
    const source = isInput ? process.stdin : createReadStream(file)
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        done(null, chunk)
      },
    })
    source.on('error', (error: Error) => counted.destroy(error))
    try {
      yield* split(unpacked(source.pipe(counted)))
    } catch (error) {
      throw unreadable(name, error, 'cannot be read to its end')
    } finally {
      source.destroy()
    }
  }
  return { name, share: () => (size === 0 ? undefined : Math.min(1, bytes / size)), read }
}

function sizeOf(file: string): number {
  let is: ReturnType<typeof statSync>
  try {
    is = statSync(file)
  } catch (cause) {
    throw unreadable(file, cause)
  }
  if (is.isDirectory()) throw unreadable(file, new Error('it is a directory'))
  return is.size
}

/** By its first bytes, so that a name does not have to say it. */
async function* unpacked(source: Readable): AsyncGenerator<string> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await chunks.next()
  if (first.done === true) return
  const isPacked = first.value[0] === 0x1f && first.value[1] === 0x8b
  const stream: Transform = isPacked
    ? createGunzip()
    : new Transform({ transform: (chunk, _encoding, done) => done(null, chunk) })
  source.on('error', (error) => stream.destroy(error))
  const feed = async () => {
    let next: IteratorResult<Buffer> = first
    while (next.done !== true) {
      if (!stream.write(next.value)) await new Promise((resolve) => stream.once('drain', resolve))
      next = await chunks.next()
    }
    stream.end()
  }
  feed().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))))
  stream.setEncoding('utf8')
  for await (const text of stream) yield text as string
}

/** At line feeds only: readline would also split at U+2028, which JSON text may hold. */
async function* split(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const text of texts) {
    const lines = text.split('\n')
    lines[0] = rest + (lines[0] ?? '')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield line
  }
  if (rest.trim() !== '') yield rest
}
