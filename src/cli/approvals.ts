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
import { approvalLine, parseApprovals } from '../guard/mcp/approval-lines.ts'
import { heldIn, heldPath } from '../guard/mcp/held-list.ts'
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

/** Stand-alone: what a person decides goes into the file that the guard looks at before each call. */
export function answerInFile(
  file: string,
  verb: 'release' | 'approve',
  id: string,
  options: WidenOptions & { reason: string; by: string },
  out: Output,
): void {
  const { widen, destination, anyTask, by, reason } = options
  if (/\s|#/.test(id)) throw new RescindError('CONFIG_INVALID', `"${id}" is no id of a command or held call.`)
  if (verb === 'release' && widen === undefined && takeBack(file, id, by)) {
    out.answer({ file, id, takenBack: true }, () => `${plain(file)}: what ${plain(id)} let go besides is taken back.`)
    return
  }
  mustHold(file, id)
  const until = wallClock.now() + (options.for ?? defaultMs)
  const line = approvalLine({
    id,
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
    widen === undefined
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

/** Lines that widen the approval stay as a record that does not count. */
function takeBack(file: string, id: string, by: string): boolean {
  if (!existsSync(file)) return false
  const said = `# taken back by ${by.replace(/\s+/g, ' ')} ${new Date(wallClock.now()).toISOString()}:`
  let found = false
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => {
      if (parseApprovals(line).lines.get(id)?.widen === undefined) return line
      found = true
      return `${said} ${line}`
    })
  if (!found) return false
  writeFileSync(`${file}.half`, lines.join('\n'), { mode: 0o600 })
  renameSync(`${file}.half`, file)
  return true
}
