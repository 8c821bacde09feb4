/** What a detector's `step` answers when it saw something. */
export interface Verdict {
  /** Evidence, log2 of an e-value for a statistical detector, a stated constant for a rule. */
  bits: number
  /** Bits already given for the same window: only what is beyond them counts again. Statistical detectors only. */
  before?: number
  /** How many single acts it is about, when more than one: their costs add up. */
  count?: number
  /** It is to be told though it weighs next to nothing. */
  note?: true
  /** A person is to be asked each time: no widened approval covers it. */
  everyTime?: true
  /** In words, for a person. */
  because: string
  /** Ids of the events it rests on, oldest first; the event in hand is added by the stage. */
  evidence?: readonly string[]
}

/** A detector looked at this event and saw nothing; `null` means that it did not look (DESIGN section 4). */
export const looked = Symbol('looked')
export type Looked = typeof looked
