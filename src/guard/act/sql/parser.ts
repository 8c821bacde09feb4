import { init, parse } from '@guanmingchiu/sqlparser-ts'

/** Longest text that is parsed; a longer one is read by its words. */
const longest = 32_768
/** Tried in this order: the first dialect that takes the text is right enough to say what it does. */
const dialects = ['generic', 'sqlite', 'postgresql', 'mysql', 'mssql', 'duckdb'] as const

let ready = false
let loading: Promise<void> | undefined

/** Loads the parser, once; until then, and where it cannot be loaded, statements are read by their words. */
export function loadSql(): Promise<void> {
  loading ??= init().then(
    () => {
      ready = true
    },
    () => undefined,
  )
  return loading
}

/** Statements as trees of the parser; undefined where it is not loaded or does not understand them. */
export function parseSql(text: string): readonly unknown[] | undefined {
  if (!ready) {
    void loadSql()
    return undefined
  }
  if (text.length > longest) return undefined
  for (const dialect of dialects) {
    try {
      const statements: unknown = parse(text, dialect)
      if (Array.isArray(statements)) return statements
    } catch {}
  }
  return undefined
}
