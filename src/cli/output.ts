import picocolors from 'picocolors'

type Stream = { isTTY?: boolean | undefined }

/** Colours are for a terminal and nothing else; NO_COLOR and FORCE_COLOR (no-color.org, force-color.org) overrule. */
const isColoured = (stream: Stream): boolean => {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true
  return stream.isTTY === true && TERM !== 'dumb'
}
export const colors = picocolors.createColors(isColoured(process.stdout))
/** For what goes to standard error. */
export const errorColors = picocolors.createColors(isColoured(process.stderr))

/** Where a command writes: people on a terminal get colours and words, machines get JSON lines. */
export interface Output {
  readonly json: boolean
  /** Nobody reads standard output any more. */
  readonly closed: boolean
  /** Columns of the terminal; undefined where lines may be as long as they are. */
  readonly width: number | undefined
  /** For people; silent with --json. */
  say(line?: string): void
  /** The answer: one line of JSON with --json, else what `human` makes of it. */
  answer(value: unknown, human: () => string): void
  /** One line on standard output, whoever reads. */
  line(value: unknown): void
  /** A remark beside the answer, on standard error. */
  remark(line: string): void
  /** Progress of long work, on standard error, rewritten in place; only on a terminal. */
  progress(line: string): void
}

export function createOutput(json: boolean): Output {
  let open = false
  let closed = false
  // A reader such as `head` may leave: what it does not read is not an error.
  process.stdout.on('error', () => {
    closed = true
  })
  const clear = () => {
    if (open) process.stderr.write('\r\u001b[2K')
    open = false
  }
  const put = (text: string) => {
    clear()
    if (!closed) process.stdout.write(`${harmless(text)}\n`)
  }
  return {
    json,
    get closed() {
      return closed
    },
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    say(line = '') {
      if (!json) put(line)
    },
    answer: (value, human) => put(json ? jsonLine(value) : human()),
    line: (value) => put(jsonLine(value)),
    remark(line) {
      clear()
      process.stderr.write(`${harmless(line)}\n`)
    },
    progress(line) {
      if (!process.stderr.isTTY) return
      process.stderr.write(`\r\u001b[2K${plain(line, 1000).slice(0, (process.stderr.columns ?? 100) - 1)}`)
      open = true
    },
  }
}

/**
 * Text from agents and tools is hostile: control characters (terminal escapes among them) and what is not seen or turns the
 * text are shown as a mark, never sent to the terminal.
 */
export const plain = (text: string, width = 200): string => {
  const safe = text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '·')
  return safe.length > width ? `${safe.slice(0, width - 1)}…` : safe
}

/** One line of JSON that a terminal shows as it is: what would steer it or turn the text is written as `\\uXXXX`. */
const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) =>
    Array.from({ length: c.length }, (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )

/** The last look at what goes to a terminal: our own lines and colours pass, whatever else steers it does not. */
export const harmless = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  text.replace(/\u001b\[\d{1,2}m|[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu, (found) => (found.length > 2 ? found : '·'))

const rungColors: Record<string, (text: string) => string> = {
  notify: colors.cyan,
  'step-up': colors.yellow,
  tighten: colors.yellow,
  revoke: colors.red,
  quarantine: colors.magenta,
}
export const rungText = (rung: string): string => (rungColors[rung] ?? String)(rung)

/** 2026-11-21 08:00:00, UTC. */
export const when = (ms: number): string =>
  Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : '–'

/** A word for a shell, quoted only when it needs it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room
const widthOf = (text: string) => text.replace(/\u001b\[\d+m/g, '').length
const gap = '  '

/** Rows under headings, columns as wide as they need; the last one, of plain text, gives way to `width`. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], width?: number): string {
  const widths = headings.map((h, i) => Math.max(widthOf(h), ...rows.map((r) => widthOf(r[i] ?? ''))))
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, 0)
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - before)
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === widths.length - 1 && cell.length > room ? `${cell.slice(0, room - 1)}…` : cell))
      .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell))))
      .join(gap)
      .trimEnd()
  return [colors.bold(line(headings)), ...rows.map(line)].join('\n')
}
