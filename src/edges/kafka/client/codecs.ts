import { createRequire } from 'node:module'
import { decompress } from 'fzstd'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs
/** Neither has types. */
const require = createRequire(import.meta.url)

interface Encoder {
  buffer: Buffer
}

/**
 * The producer picks the codec, so a consumer must know all of them. gzip is the client’s own, snappy and zstd are plain
 * JavaScript; LZ4 is native and loaded when it is first met, because it has no build for some machines.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy') as () => unknown
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async ({ buffer }: Encoder) => await lz4().compressFrame(buffer),
    decompress: async (buffer: Buffer) => await lz4().decompressFrame(buffer),
  })
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: () => Promise.reject(new Error('zstd is for reading only here; produce with lz4, snappy or gzip')),
    decompress: async (buffer: Buffer) => Buffer.from(decompress(buffer)),
  })
}

interface Lz4 {
  compressFrame(bytes: Buffer): Promise<Buffer>
  decompressFrame(bytes: Buffer): Promise<Buffer>
}

let loaded: Lz4 | undefined
function lz4(): Lz4 {
  loaded ??= require('lz4-napi') as Lz4
  return loaded
}
