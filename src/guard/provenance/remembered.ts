import { DigestSet } from './digests/digest-set.ts'
import { type Column, columns, type IndexedReading } from './reading/columns.ts'
import type { RequestMemory } from './request/request.ts'

/** One message of the principal’s. */
export interface Asked {
  request: RequestMemory
  digest: string
}

/** All that was read of one message: an answer, a list, a log. */
export interface Read {
  readings: readonly IndexedReading[]
  /** Somebody may have written it; and it speaks to the model. */
  taints: boolean
  speaks: boolean
  /** Digests of parts of secrets. */
  secrets: readonly number[]
  /** Names of tools that it tells of. */
  tools: readonly number[]
  /** Spaces that the call visited on good grounds. */
  visited: readonly number[]
  /** Paths where the call left what is not the agent’s own to run. */
  brought: readonly number[]
  /** Values of others’ texts, each in a place where the call left it, as digests. */
  relayed: readonly number[]
  /** A bound cut what was read. */
  isCut: boolean
}

/** One thing that a task was asked or has read, as it is shared between the guards of an agent. */
export type Remembered = Asked | Read

/** What a reading holds besides its columns, and how long each of these is. */
type Head = Omit<IndexedReading, Column> & { lengths: number[] }

/** Bytes that a reading takes: its columns, and the seventeen views and buffers that hold them (measured on Node 20). */
export const bytesOf = (reading: IndexedReading): number =>
  columns.reduce((sum, column) => sum + reading[column].byteLength, 2048)

/** As it stands in a journal: flags and lengths as JSON, behind them the numbers as they lie in memory, each column at a multiple of eight bytes. */
function encode(value: Remembered): Uint8Array {
  const head = Buffer.from(JSON.stringify('request' in value ? askedHead(value) : readHead(value)))
  const readings = 'request' in value ? [] : value.readings
  const parts = readings.flatMap((reading) => columns.map((column) => reading[column]))
  const into = new Uint8Array(parts.reduce((sum, part) => sum + aligned(part.byteLength), aligned(head.length + 4)))
  new DataView(into.buffer).setUint32(0, head.length, true)
  into.set(head, 4)
  let at = aligned(head.length + 4)
  for (const part of parts) {
    into.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += aligned(part.byteLength)
  }
  return into
}

/** The columns are views of `from`, which must begin at a multiple of eight bytes. Throws on what is none. */
function decode(from: Uint8Array): Remembered {
  const { buffer, byteOffset } = from
  const length = new DataView(buffer, byteOffset).getUint32(0, true)
  const head = JSON.parse(Buffer.from(buffer, byteOffset + 4, length).toString()) as
    | ReturnType<typeof askedHead>
    | ReturnType<typeof readHead>
  if ('request' in head) return { digest: head.digest, request: requestOf(head.request) }
  let at = byteOffset + aligned(length + 4)
  const readings = head.readings.map(({ lengths, ...rest }): IndexedReading => {
    const left = lengths.values()
    const column = <T>(View: new (buffer: ArrayBufferLike, at: number, n: number) => T, width: number): T => {
      const n = left.next().value ?? 0
      const view = new View(buffer, at, n)
      at += aligned(n * width)
      return view
    }
    const doubles = () => column(Float64Array, 8)
    const integers = () => column(Int32Array, 4)
    const bytes = () => column(Uint8Array, 1)
    return {
      ...rest,
      words: doubles(),
      stems: doubles(),
      fields: doubles(),
      names: doubles(),
      ids: doubles(),
      writers: doubles(),
      starts: integers(),
      records: integers(),
      stemStarts: integers(),
      fieldRecords: integers(),
      nameRecords: integers(),
      writerRecords: integers(),
      idRecords: integers(),
      idParagraphs: integers(),
      spoken: bytes(),
      fieldForms: bytes(),
      idForms: bytes(),
    }
  })
  return { ...head, readings }
}

/** How things are written in a journal. */
export const remembered = { encode, decode } as const

const aligned = (size: number): number => (size + 7) & ~7

const readHead = ({ readings, ...rest }: Read) => ({
  ...rest,
  readings: readings.map((reading): Head => {
    const { source, untrusted, named, isSensitive, isDefinition, server, senders, asked, path } = reading
    const lengths = columns.map((column) => reading[column].length)
    return { source, untrusted, named, isSensitive, isDefinition, server, senders, asked, path, lengths }
  }),
})

const askedHead = ({ request, digest }: Asked) => ({
  digest,
  request: {
    ...request,
    words: [...request.words],
    names: [...request.names],
    stems: [...request.stems],
    ordered: [...request.ordered],
    recipients: [...request.recipients],
    addressees: [...request.addressees],
    beginnings: [...request.beginnings],
    keys: [...request.keys],
    sites: [...request.sites],
    kinds: [...request.kinds],
    asks: [...request.asks],
    verbs: [...request.verbs],
    orders: { ...request.orders, kinds: [...request.orders.kinds], rights: [...request.orders.rights] },
  },
})

const requestOf = (request: ReturnType<typeof askedHead>['request']): RequestMemory => ({
  ...request,
  words: new DigestSet(request.words),
  names: new DigestSet(request.names),
  stems: new DigestSet(request.stems),
  ordered: new DigestSet(request.ordered),
  recipients: new DigestSet(request.recipients),
  addressees: new DigestSet(request.addressees),
  beginnings: new DigestSet(request.beginnings),
  keys: new DigestSet(request.keys),
  sites: new DigestSet(request.sites),
  kinds: new Set(request.kinds),
  asks: new Set(request.asks),
  verbs: new DigestSet(request.verbs),
  orders: { ...request.orders, kinds: new Set(request.orders.kinds), rights: new Set(request.orders.rights) },
})
