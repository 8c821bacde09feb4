import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { RescindError } from '../errors.ts'
import { approvalLine, isHeldId, parseApprovals } from '../guard/mcp/person/approval-lines.ts'
import { heldIn, heldPath } from '../guard/mcp/person/held-list.ts'
import { nearest } from '../model/faults.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import { type Output, plain, when } from './output.ts'

/** How far an approval goes beyond the held act, as it stands on the command line. */
export interface WidenOptions {
  widen?: 'tool' | 'destination'
  destination?: string
  /** ms */
  for?: number
  anyTask?: boolean
}

/** How long a widened approval stands where nobody says, ms. */
const defaultMs = 3_600_000

type Verb = 'release' | 'approve' | 'deny'

/** Stand-alone: what a person decides goes into the file that the guard looks at before each call. */
export function answerInFile(
  file: string,
  verb: Verb,
  id: string,
  options: WidenOptions & { reason: string; by: string },
  out: Output,
): void {
  if (!isHeldId(id))
    throw new RescindError(
      'CONFIG_INVALID',
      `"${plain(id)}" is no handle (rescind-hold-…) and no command id. Give the one that the refusal names.`,
    )
  if (verb === 'release') takeBack(file, id, options, out)
  else write(file, verb, id, options, out)
}

function write(
  file: string,
  says: 'approve' | 'deny',
  id: string,
  options: WidenOptions & { reason: string; by: string },
  out: Output,
): void {
  const { widen, destination, anyTask, by, reason } = options
  mustHold(file, id)
  const until = wallClock.now() + (options.for ?? defaultMs)
  const line = approvalLine({
    says,
    ids: [id],
    by,
    because: reason,
    ...(widen === undefined
      ? {}
      : {
          widen: {
            to: widen,
            until,
            ...(destination === undefined ? {} : { destination }),
            ...(anyTask === true ? { anyTask: true as const } : {}),
          },
        }),
  })
  append(file, line)
  const how =
    says === 'deny'
      ? 'does not run, and its agent is told so'
      : widen === undefined
        ? 'may go, once'
        : `and further acts like it may go until ${when(until)} UTC; where the guard’s policy does not let that stand, none goes and its log says why`
  out.answer(
    { file, id, line },
    () => `Written to ${plain(file)}: ${plain(id)} ${how}. The guard looks there when the call is made again.`,
  )
}

/** Who mistypes an id, or names a file that no guard looks at, is told. */
function mustHold(file: string, id: string): void {
  const held = heldIn(heldPath(file), wallClock.now())
  if (held === undefined)
    throw new RescindError(
      'CONFIG_INVALID',
      `--approvals: no guard looks at ${plain(file)}. Give the path that the refusal names (with --monitor none: --approvals of the guard, else its SPOOL/approvals).`,
    )
  if (held.has(id)) return
  const near = nearest(id, [...held.keys()])
  const mend =
    near !== undefined
      ? `Did you mean ${plain(near)}?`
      : 'Give the handle or command id that the refusal names. What was held before the guard ended, or too long ago, is to be tried anew.'
  throw new RescindError('CONFIG_INVALID', `No guard that looks at ${plain(file)} holds ${plain(id)}. ${mend}`)
}

function append(file: string, line: string): void {
  let handle: number | undefined
  try {
    const isNew = !existsSync(file)
    handle = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)
    if (isNew) fchmodSync(handle, 0o600)
    const text = isNew ? '' : readFileSync(file, 'utf8')
    writeSync(handle, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`)
  } catch (cause) {
    throw new RescindError('CONFIG_FILE_UNREADABLE', `${file} cannot be written.`, { cause })
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** Takes an approval back. Its line stays as a record that does not count. Throws where there is none: a release approves nothing. */
function takeBack(file: string, id: string, { widen, by }: WidenOptions & { by: string }, out: Output): void {
  if (widen !== undefined)
    throw new RescindError('CONFIG_INVALID', '--widen: with --approvals it is `rescind approve` that lets acts go.')
  const said = `# taken back by ${by.replace(/\s+/g, ' ')} ${new Date(wallClock.now()).toISOString()}:`
  let found = false
  const lines = (existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n').flatMap((line) => {
    const [approval] = parseApprovals(line).lines
    if (approval?.says !== 'approve' || !approval.ids.includes(id)) return [line]
    found = true
    const others = approval.ids.filter((each) => each !== id)
    return [`${said} ${line}`, ...(others.length === 0 ? [] : [approvalLine({ ...approval, ids: others })])]
  })
  if (!found)
    throw new RescindError(
      'CONFIG_INVALID',
      `${plain(file)} has no approval of ${plain(id)} that could be taken back. To let the call go: rescind approve; to refuse it: rescind deny.`,
    )
  writeFileSync(`${file}.half`, lines.join('\n'), { mode: 0o600 })
  renameSync(`${file}.half`, file)
  out.answer(
    { file, id, takenBack: true },
    () => `${plain(file)}: the approval of ${plain(id)} is taken back. What ran by it has run.`,
  )
}
