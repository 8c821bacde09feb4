import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import type { Sink } from '../../../model/sink.ts'
import type { ToolModel } from '../tool/model.ts'
import { leavesNew, operationOf, saysOperation } from '../tool/operation.ts'
import { isTelling, mayLower, nested, talksGraphql } from './call-names.ts'
import { operationsIn, valuesIn } from './documents.ts'
import { serviceOf } from './service.ts'
import type { Tally } from './tally.ts'
import type { Leaf } from './walk.ts'
import { workloadOf } from './workload.ts'

/** Which of its tool's acts a call is, where an argument or a document within one says so. */
export class WhichAct {
  readonly #model: ToolModel
  readonly #tally: Tally
  #service: readonly Leaf[] = []

  constructor(model: ToolModel, tally: Tally) {
    this.#model = model
    this.#tally = tally
  }

  isOperation(leaf: Leaf): boolean {
    const { operations, sink, from } = this.#model
    return (
      leaf.operation === true ||
      this.#service.includes(leaf) ||
      operations.has(leaf.pattern) ||
      (sink !== 'look' && from !== 'table' && saysOperation(leaf))
    )
  }

  /** One of several acts of a tool, named by an argument: it decides where the name leaves it open, else it may raise. */
  operation(value: string, leaf: Leaf): void {
    const words = operationOf(value)
    const because = `its operation “${value.slice(0, 40)}”`
    if (this.#model.open && this.#model.from !== 'table' && isTelling(words)) {
      if (mayLower(leaf, this.#model)) this.#decide('look', because)
      return
    }
    // Its own verb counts, not that of a tool that is called `…_write`.
    const isActing = words.some((word) => plainVerbs.has(word)) || eitherVerbs.has(words[0] ?? '')
    const of = isActing ? this.#model.words.filter((word) => !plainVerbs.has(word)) : this.#model.words
    const reading = readName([...words, ...of].join('_'))
    if (reading === undefined) return
    this.#tally.makes = leavesNew(reading.doing)
    this.#decide(reading.sink, because)
  }

  /** A tool that calls whatever service is named does what that one does. */
  service(leaves: readonly Leaf[]): void {
    const service = serviceOf(leaves, this.#model)
    if (service === undefined || this.#tally.isDecided) return
    this.#service = service.by
    this.#tally.set(service.sink, `its service “${service.name.slice(0, 60)}”`)
    if (service.sink === 'outward')
      this.#tally.add({
        role: 'destination',
        path: 'service#name',
        name: 'service',
        text: service.name,
        kind: 'channel',
      })
  }

  /** A leaf with what its text holds, where that is a document of acts or of the values of one. `isAlone`: there is no other argument. */
  opened(leaf: Leaf, isAlone: boolean): Leaf[] {
    const { sink, open } = this.#model
    const { value, name } = leaf
    if (typeof value !== 'string' || leaf.key === true) return [leaf]
    const isInert = sink === 'look' || sink === 'own'
    const isFree = (open || sink === 'execution') && !isInert
    const operations = isFree || (sink !== 'own' && talksGraphql.test(name)) ? operationsIn(leaf, value) : undefined
    const values =
      operations ?? (isFree || (nested.test(name) && (isAlone || !isInert)) ? valuesIn(leaf, value, isFree) : undefined)
    if (values === undefined) return [leaf]
    this.#tally.isCut ||= values.cut
    if (values.onlyAsks) this.#decide('look', 'a document that only asks')
    this.workload(values.value)
    const inner = values.isDocument
      ? values.leaves
      : values.leaves.filter((each) => !nested.test(each.name) || each.above.length > 0)
    return [{ ...leaf, held: true }, ...inner]
  }

  /** What objects of a cluster make it do. */
  workload(value: unknown): void {
    const workload = /^(?:look|own)$/.test(this.#model.sink) ? undefined : workloadOf(value)
    if (workload !== undefined) this.#tally.raise(workload.sink, workload.because)
  }

  /** An argument says what the act is: the gravest of several counts. */
  #decide(sink: Sink, because: string): void {
    const { open, from } = this.#model
    if (!open || from === 'table' || this.#tally.isDecided) this.#tally.raise(sink, because)
    else this.#tally.set(sink, because)
    this.#tally.isDecided = true
  }
}
