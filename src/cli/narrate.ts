import type { DestinationStream } from 'pino'
import { drillTenant } from './drill.ts'
import { errorColors as colors, plain } from './output.ts'

interface Line {
  level: number
  time: number
  msg: string
  tenant?: string
  agent?: string
  detector?: string
  bits?: number
  because?: string
  finding?: string
  command?: string
  rung?: string
  state?: string
  why?: string
  point?: string
  outcome?: string
  by?: string
  reason?: string
  err?: { message?: string }
  message?: string
}

/** The log for a person at the terminal: one line of words each, in place of JSON. */
export const narrator = (write: (text: string) => void): DestinationStream => ({
  write(text) {
    let line: Line
    try {
      line = JSON.parse(text) as Line
    } catch {
      write(text)
      return
    }
    // The drill tells of itself.
    if (line.tenant === drillTenant) return
    write(`${colors.dim(new Date(line.time).toISOString().slice(11, 19))}  ${told(line)}\n`)
  },
})

function told(line: Line): string {
  const agent = plain(line.agent ?? '', 60)
  if (line.finding !== undefined && line.detector !== undefined)
    return `${colors.cyan('finding')}  ${agent}: ${plain(line.because ?? '')} ${colors.dim(`(${line.detector}, ${line.bits ?? 0} bits)`)}`
  if (line.command !== undefined && line.state !== undefined) {
    const whom = line.agent === undefined ? '' : ` against ${agent}: ${plain(line.because ?? '')}`
    const said = [line.outcome, line.point].filter((each) => each !== undefined && each !== line.state).join(' by ')
    const how = [said, line.by, line.why]
      .filter((each) => each !== undefined && each !== '')
      .map((each) => plain(each ?? '', 120))
    return `${colors.red('command')}  ${line.rung ?? ''} ${plain(line.command, 40)} ${line.state}${whom}${how.length === 0 ? '' : colors.dim(` (${how.join(', ')})`)}`
  }
  const detail = line.err?.message ?? line.message
  const words = `${plain(line.msg)}${detail === undefined ? '' : `: ${plain(detail, 400)}`}`
  if (line.level >= 50) return `${colors.red('error')}    ${words}`
  return line.level >= 40 ? `${colors.yellow('warning')}  ${words}` : words
}
