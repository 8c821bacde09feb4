/** Just enough of PromQL to know which metrics and labels an expression names; promtool judges its grammar where it is. */
export interface Named {
  /** Labels that selectors ask for, by metric. */
  metrics: Map<string, Set<string>>
  /** Labels by which results are grouped, matched or carried over. */
  grouped: Set<string>
}

const words = new Set([
  'and',
  'or',
  'unless',
  'offset',
  'bool',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'inf',
  'nan',
  'atan2',
])
const grouping = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])

const tokenOf =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?(?:e[+-]?\d+)?[smhdwy]?|=~|!~|!=|==|[<>]=?|[-+*/%^={}(),]|\s+|./g

export function namedIn(expr: string): Named {
  const named: Named = { metrics: new Map(), grouped: new Set() }
  const tokens = (expr.match(tokenOf) ?? []).filter((token) => token.trim() !== '')
  let selected: Set<string> | undefined
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? ''
    if (grouping.has(token) && tokens[i + 1] === '(') {
      for (i += 2; i < tokens.length && tokens[i] !== ')'; i++)
        if (tokens[i] !== ',') named.grouped.add(tokens[i] ?? '')
    } else if (token === '{') {
      for (i++; i < tokens.length && tokens[i] !== '}'; i++)
        if (/^[a-zA-Z_]\w*$/.test(tokens[i] ?? '')) selected?.add(tokens[i] ?? '')
    } else if (
      /^[a-zA-Z_:][\w:]*$/.test(token) &&
      !words.has(token.toLowerCase()) &&
      tokens[i + 1] !== '(' &&
      !grouping.has(tokens[i + 1] ?? '')
    ) {
      selected = named.metrics.get(token) ?? new Set()
      named.metrics.set(token, selected)
    }
  }
  return named
}

/** What a metric that is there looks like to Prometheus: its own labels and those that scraping adds. */
export interface Known {
  labels: ReadonlySet<string>
}

const scraped = ['job', 'instance', 'le', 'quantile']

/** What an expression names that no process emits. */
export function unknownIn(expr: string, emitted: ReadonlyMap<string, Known>): string[] {
  const faults: string[] = []
  const { metrics, grouped } = namedIn(expr)
  const reachable = new Set(scraped)
  if (metrics.size === 0) faults.push('it names no metric')
  for (const [metric, asked] of metrics) {
    const known = metric === 'up' ? { labels: new Set<string>() } : emitted.get(metric)
    if (known === undefined) {
      faults.push(`no metric ${metric}`)
      continue
    }
    for (const label of known.labels) reachable.add(label)
    for (const label of asked)
      if (!known.labels.has(label) && !scraped.includes(label)) faults.push(`${metric} has no label ${label}`)
  }
  for (const label of grouped) if (!reachable.has(label)) faults.push(`no metric here has a label ${label}`)
  return faults
}
