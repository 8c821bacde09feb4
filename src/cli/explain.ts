import colors from 'picocolors'
import { type Connection, call } from './client.ts'
import { type Output, plain } from './output.ts'

/** `rescind explain ID`: the waterfall of evidence, costs and rung, or why nothing fired. */
export async function explain(to: Connection, id: string, out: Output): Promise<void> {
  const answer = await call<Record<string, unknown>>(to, 'GET', `/v1/explain/${encodeURIComponent(id)}`)
  out.answer(answer, () => render(answer))
}

function render(value: unknown, depth = 0): string {
  const pad = '  '.repeat(depth)
  if (Array.isArray(value)) return value.map((v) => `${pad}- ${render(v, depth + 1).trimStart()}`).join('\n')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, v]) => v !== undefined && v !== null && !(Array.isArray(v) && v.length === 0))
      .map(([name, v]) =>
        typeof v === 'object'
          ? `${pad}${colors.bold(name)}\n${render(v, depth + 1)}`
          : `${pad}${colors.dim(name)} ${show(name, v)}`,
      )
      .join('\n')
  return `${pad}${show('', value)}`
}

/** Times are shown as such. */
const show = (name: string, value: unknown): string =>
  typeof value === 'number' && /^(time|at|expires|since|first|last|notIssuedAfter)$/.test(name) && value > 1e11
    ? new Date(value).toISOString()
    : plain(String(value), 400)
