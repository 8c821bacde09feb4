import { classOf } from '../../../formats/kit/action-class.ts'
import { Nouns } from '../../../formats/kit/tool-name/effect.ts'
import { messages } from '../../../formats/kit/tool-name/nouns.ts'
import type { ActContext } from '../context.ts'
import { absolutePath, type Ground } from '../files/paths.ts'
import type { ToolModel } from '../tool/model.ts'
import type { Act } from '../types.ts'
import { asking, isLowered, isVisit, namedIn, namesUnder, workFolder } from './call-names.ts'
import { sparePlaces } from './destroyed.ts'
import { Execution } from './executed.ts'
import { isPartOfFile } from './in-file.ts'
import { LeafReader } from './leaf-reader.ts'
import { stageOf } from './stages.ts'
import { Tally } from './tally.ts'
import { type Leaf, leavesOf } from './walk.ts'
import { WhichAct } from './which-act.ts'
import { makeOrders, persistentUrl } from './written.ts'

/** What one call does: which of its tool's acts it is, then its arguments value by value, then what all of them come to. May throw. */
export function readCall(model: ToolModel, args: unknown, context: ActContext): Act {
  const tally = new Tally(model)
  const which = new WhichAct(model, tally)
  const { leaves: given, counts, cut } = leavesOf(args, (pattern) => namesUnder(model, pattern))
  tally.isCut = cut
  // Where there is one argument only, content of a file has no path beside it.
  const leaves = given.flatMap((leaf) => which.opened(leaf, given.length === 1))
  for (const leaf of leaves) if (which.isOperation(leaf)) which.operation(String(leaf.value), leaf)
  which.service(leaves)
  which.workload(args)
  const stage = stageOf(args, model.words)
  if (stage !== undefined) tally.raise(stage.sink, stage.because)
  const ground = groundOf(leaves, context)
  tally.asks = leaves.some(({ name, value }) => name === 'path' && asking.test(String(value)))
  const fixed = context.table?.sink ?? model.table?.sink
  const execution = fixed === undefined ? new Execution(model, leaves, ground) : undefined
  new LeafReader(model, context, ground, tally, which, execution).readAll(leaves)
  settle(tally, model, leaves)
  tally.trail.ofParts(tally.parts, model, ground)
  if (fixed !== undefined) tally.set(fixed, 'the table')
  if (tally.sink === 'persistence' && model.sink !== 'persistence') {
    const { written: files, patches, states } = tally
    for (const part of makeOrders(tally.parts, { files, patches, states })) tally.add(part)
  }
  if (tally.sink === 'irreversible' && tally.content === undefined) {
    if (fixed === undefined && isPartOfFile(tally.parts, model.words, ground))
      tally.set('own', `${tally.because}, within a file under the roots`)
    else sparePlaces(tally.parts, model.words)
  }
  return actOf(tally, model, context, namedIn(counts, model, tally.sink))
}

/** Where the agent works, and begins in this call. */
function groundOf(leaves: readonly Leaf[], { roots, home }: ActContext): Ground {
  const ground: Ground = { roots, ...(home === undefined ? {} : { home }) }
  const folder = leaves.find(({ name, value }) => workFolder.test(name) && typeof value === 'string')
  if (folder !== undefined) {
    ground.started = absolutePath(String(folder.value), ground)
    if (roots.length > 0) ground.cwd = ground.started
  }
  return ground
}

/** What the arguments come to together. */
function settle(tally: Tally, model: ToolModel, leaves: readonly Leaf[]): void {
  const { content } = tally
  if (content !== undefined) {
    // A command says what it does better than the tool that runs it; nothing else is lowered by what it holds.
    const lowers = tally.sink === model.sink && isLowered(model, content.sink, tally.patches.size > 0, leaves)
    if (lowers) tally.set(content.sink, content.because)
    else tally.raise(content.sink, content.because)
  }
  // What a message brings along stays what it is.
  if (model.sink === 'outward' && new Nouns(model.words).in(messages) === undefined) {
    const written = tally.written.sent(tally.parts)
    if (written !== undefined) tally.raise('persistence', `writes to a ${written}`)
  }
  // A file of a repository behind an API stands in the URL that is written to.
  if (tally.sink === 'outward' && (tally.sends || content?.sink === 'outward')) {
    const persistent = persistentUrl(tally.parts)
    if (persistent !== undefined) tally.raise('persistence', `writes to a ${persistent}`)
  }
  // A request without a body or with a reading method is a visit.
  if (model.requests && tally.sink === 'outward' && !tally.sends && (tally.asks || isVisit(leaves)))
    tally.set('look', 'a request that sends nothing but its URL')
}

function actOf(tally: Tally, model: ToolModel, { roots }: ActContext, named: number): Act {
  const { sink, because, parts, items, made, leaves, trail, content, isDecided, isCut } = tally
  const counts = sink === 'irreversible' || sink === 'outward' || sink === 'money'
  const isMaker = /^(?:own|shared|outward|money)$/.test(sink) && tally.makes
  const isUnclear = sink === 'shared' && model.from === 'nothing' && !isDecided && content === undefined
  return {
    sink,
    action: sink === model.sink ? model.action : classOf(sink),
    parts,
    items: Math.max(1, items, counts ? named : 0),
    because,
    ...(isUnclear ? { unclear: true as const } : {}),
    ...(model.opens ? { opens: true as const } : {}),
    ...(isMaker || sink === 'own' ? { makes: true as const } : {}),
    ...(isMaker ? { maker: model.words } : {}),
    ...(made.length > 0 ? { made } : {}),
    ...(leaves.length > 0 ? { leaves } : {}),
    ...trail.summary(roots),
    ...(isCut ? { cut: true as const } : {}),
  }
}
