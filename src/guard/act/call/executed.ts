import { setUp } from '../../../formats/kit/tool-name/nouns.ts'
import { set, singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Ground } from '../files/paths.ts'
import type { Found } from '../found/found.ts'
import { contentWords, operationWords } from '../roles/property-words.ts'
import { isStatement } from '../sql/index.ts'
import type { ToolModel } from '../tool/model.ts'
import { readContents } from './contents.ts'
import { isActingCode, isRunnable, runsIt, type Typing, typedLines, typingOf } from './typed.ts'
import type { Leaf } from './walk.ts'

/** Words of tools that look for a text, and do not carry it out. */
const searches = set('search find lookup grep explain docs')
const databases = /^(?:sql|query|queries|database|db|migrations?|statements?|schemas?|warehouse)$/

/** A text that runs, as what it does. */
export interface Executed {
  kind: 'shell' | 'code' | 'sql'
  text: string
  /** What it does, where that was looked at to tell. */
  found?: Found
}

/** Which texts of one call run though nothing calls them commands: typed where lines are run, evaluated, put where a flag has them run, SQL. */
export class Execution {
  readonly #model: ToolModel
  readonly #ground: Ground
  /** What is written is run at once. */
  readonly #isRun: boolean
  readonly #typing: Typing | undefined

  constructor(model: ToolModel, leaves: readonly Leaf[], ground: Ground) {
    this.#model = model
    this.#ground = ground
    this.#isRun = leaves.some(({ name, value }) => value === true && runsIt(name))
    this.#typing = typingOf(
      model.words,
      leaves.flatMap(({ name, value }) => (operationWords.has(singular(name.toLowerCase())) ? [String(value)] : [])),
      leaves.map(({ name }) => name),
    )
  }

  of({ path, name, key }: Leaf, text: string): Executed | undefined {
    const { sink } = this.#model
    if (key === true || sink === 'look') return undefined
    const lines = this.#typing === undefined ? undefined : typedLines(text, this.#typing)
    if (lines !== undefined) return { kind: 'shell', text: lines }
    if (this.#mayState(name) && isStatement(text)) {
      const found = readContents('sql', text, { path, name }, this.#model, this.#ground)
      if (found.sink !== 'look') return { kind: 'sql', text, found }
    }
    const isCode = this.#isRun ? isRunnable(name) : sink !== 'own' && isActingCode(name, text, this.#isSetUp(name))
    return isCode ? { kind: 'code', text } : undefined
  }

  /** What is written is code of something that is set up to act, or goes along where something is run. */
  #isSetUp(name: string): boolean {
    const of = this.#model.words.some((word) => setUp.has(singular(word)) || word === 'script')
    const isCode = /^(?:code|source|src)$/.test(wordsOf(name).at(-1) ?? '')
    return this.#model.sink === 'execution' ? !/^(?:text|body|input)$/.test(name) : of && isCode
  }

  /** A statement may stand there: what is only said or stored holds none, where the tool has nothing to do with databases. */
  #mayState(name: string): boolean {
    const { sink, side, words } = this.#model
    const last = singular(wordsOf(name).at(-1) ?? '')
    if (words.some((word) => searches.has(word)) || (sink === 'own' && !side.sql)) return false
    return !contentWords.has(last) || last === 'string' || words.some((word) => databases.test(word))
  }
}
