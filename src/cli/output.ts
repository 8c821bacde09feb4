import colors from 'picocolors'

/** Where a command writes: people on a terminal get colours and words, machines get JSON lines. */
export interface Output {
  readonly json: boolean
  /** For people; silent with --json. */
  say(line?: string): void
  /** The answer: one line of JSON with --json, else what `human` makes of it. */
  answer(value: unknown, human: () => string): void
  /** Progress of long work, on standard error, rewritten in place on a terminal. */
  progress(line: string): void
}

export function createOutput(json: boolean): Output {
  let open = false
  const clear = () => {
    if (open) process.stderr.write('\r\u001b[2K')
    open = false
  }
  return {
    json,
    say(line = '') {
      clear()
      if (!json) process.stdout.write(`${line}\n`)
    },
    answer(value, human) {
      clear()
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${human()}\n`)
    },
    progress(line) {
      if (!process.stderr.isTTY) return
      process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`)
      open = true
    },
  }
}

/**
 * Text from agents and tools is hostile: control characters (terminal escapes among them) and direction overrides are
 * shown as a mark, never sent to the terminal.
 */
export const plain = (text: string, width = 200): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·')
  return safe.length > width ? `${safe.slice(0, width - 1)}…` : safe
}

const rungColors: Record<string, (text: string) => string> = {
  notify: colors.cyan,
  'step-up': colors.yellow,
  tighten: colors.yellow,
  revoke: colors.red,
  quarantine: colors.magenta,
}
export const rungText = (rung: string): string => (rungColors[rung] ?? String)(rung)

/** Rows under headings, columns as wide as they need. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room
  const width = (s: string) => s.replace(/\u001b\[\d+m/g, '').length
  const widths = headings.map((h, i) => Math.max(width(h), ...rows.map((r) => width(r[i] ?? ''))))
  const line = (cells: readonly string[]) =>
    cells
      .map((c, i) => c + ' '.repeat((widths[i] ?? 0) - width(c)))
      .join('  ')
      .trimEnd()
  return [colors.bold(line(headings)), ...rows.map(line)].join('\n')
}
