import { detectors } from '../../detectors/index.ts'
import type { AnyDetector } from '../../src/detect/define.ts'
import { DigestSet } from '../../src/guard/provenance/digests/digest-set.ts'
import type { MemoryJournal } from '../../src/guard/provenance/index.ts'
import type { IndexedReading } from '../../src/guard/provenance/reading/columns.ts'
import { form } from '../../src/guard/provenance/reading/form.ts'
import type { Asked, Read, Remembered } from '../../src/guard/provenance/remembered.ts'
import type { Provenance } from '../../src/model/event.ts'

/** One rule or form of provenance, and how it is taken away from outside: the guard has no switch for it. */
interface Form {
  /** What the detectors are told of an act. */
  told?(provenance: Provenance): void
  /** What a task remembers of a request or a reading. */
  remembered?(value: Remembered): void
  /** Values that earlier clean tasks made usual. */
  environment?: false
}

const read = (change: (value: Read) => void): Form => ({
  remembered: (value) => {
    if ('readings' in value) change(value)
  },
})
const reading = (change: (reading: IndexedReading) => void): Form => read(({ readings }) => readings.forEach(change))
const request = (change: (value: Asked['request']) => void): Form => ({
  remembered: (value) => {
    if ('request' in value) change(value.request)
  },
})
const replace = (forms: Uint8Array, from: number): void => {
  for (let i = 0; i < forms.length; i++) if (forms[i] === from) forms[i] = form.layout
}

/** Everything that can be taken away, by name. */
export const forms: Readonly<Record<string, Form>> = {
  'aim from prose': {
    told: (p) => {
      if (p.untrusted === 'identifier') delete p.untrusted
    },
  },
  'dictated value': {
    told: (p) => {
      if (p.untrusted === 'value') delete p.untrusted
    },
  },
  'tool named by text': { told: (p) => delete p.named },
  'act told by text': { told: (p) => delete p.told },
  'aim from nowhere': {
    told: (p) => {
      if (p.doubt === 'nowhere') delete p.doubt
    },
  },
  'aim lost': {
    told: (p) => {
      if (p.doubt === 'lost') delete p.doubt
    },
  },
  'flow of secrets': { told: (p) => delete p.flow },
  'link with something added': { told: (p) => delete p.added },
  'words that were read': { told: (p) => delete p.carries },
  'things nobody asked to destroy': { told: (p) => delete p.unasked },
  'values that were read': { told: (p) => delete p.fromRead },
  environment: { environment: false },
  voice: read((value) => {
    value.speaks = false
    for (const { spoken } of value.readings) spoken.fill(0)
  }),
  'fields of a system': reading(({ fieldForms, idForms }) => {
    replace(fieldForms, form.system)
    replace(idForms, form.system)
  }),
  'sender of a message': reading(({ idForms }) => replace(idForms, form.sender)),
  'source that the request names': reading((each) => {
    each.named = false
  }),
  'record that the request names': request((value) => {
    value.names = new DigestSet()
  }),
  'space that was visited': read((value) => {
    value.visited = []
  }),
  'request that hands over': request((value) => {
    value.handsOver = false
  }),
  'kinds of acts asked for': request(({ asks }) => asks.clear()),
  'words of the request': request((value) => {
    value.stems = new DigestSet()
  }),
}

/** Which names are neither a detector nor a form. */
export const unknownNames = (names: readonly string[]): string[] =>
  names.filter((name) => forms[name] === undefined && !detectors.some(({ id }) => id === name))

/** What is left of the product without some of its parts. */
export class Ablation {
  readonly #forms: readonly Form[]
  readonly detectors: readonly AnyDetector[]

  constructor(without: readonly string[]) {
    this.#forms = without.flatMap((name) => forms[name] ?? [])
    const kept = detectors.filter(({ id }) => !without.includes(id))
    const told = this.#forms.flatMap((each) => each.told ?? [])
    this.detectors = told.length === 0 ? kept : kept.map((detector) => deafened(detector, told))
  }

  get hasEnvironment(): boolean {
    return this.#forms.every(({ environment }) => environment !== false)
  }

  /** A journal that changes what is remembered before it is; `inner` keeps it. */
  journal(inner?: MemoryJournal): MemoryJournal | undefined {
    const changes = this.#forms.flatMap((each) => each.remembered ?? [])
    if (changes.length === 0) return inner
    return {
      get isCut() {
        return inner?.isCut === true
      },
      announce: () => inner?.announce(),
      settle: () => inner?.settle(),
      append: (value) => {
        for (const change of changes) change(value)
        return inner?.append(value)
      },
      flush: () => inner?.flush(),
      pull: () => inner?.pull() ?? [],
      upTo: (kept) => inner?.upTo(kept) ?? [],
      close: () => inner?.close(),
    }
  }
}

const deafened = (detector: AnyDetector, told: readonly ((provenance: Provenance) => void)[]): AnyDetector => ({
  ...detector,
  step(state, event, kit) {
    if (event.provenance === undefined) return detector.step(state, event, kit)
    const provenance = { ...event.provenance }
    for (const change of told) change(provenance)
    return detector.step(state, { ...event, provenance }, kit)
  },
})
