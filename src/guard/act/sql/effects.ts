import { readName } from '../../../formats/kit/tool-name/read-name.ts'
import { eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { wordsOf } from '../../../formats/kit/tool-name/words.ts'
import type { Sink } from '../../../model/sink.ts'

export interface Effect {
  sink: Sink
  because: string
}

/**
 * What a function of a database reaches beyond the database, by prefix or name: programs and libraries, other hosts, files. From the manuals
 * of PostgreSQL (server file access, large objects, dblink), SQL Server (extended procedures, OLE automation), MySQL, Oracle (UTL and DBMS
 * packages), SQLite’s shell, DuckDB and ClickHouse (table functions).
 */
export function functionEffect(name: string): Effect | undefined {
  const low = name.toLowerCase().split('.').at(-1) ?? ''
  if (
    /^(?:load_extension|xp_|sp_oa|sp_execute_external|sp_configure|sp_start_job|sp_add_job|sys_exec|sys_eval|lib_mysqludf|executable$|java$|edit$|system$|shell)/.test(
      low,
    )
  )
    return { sink: 'execution', because: `calls ${low}, which runs what is outside the database` }
  if (
    /^(?:dblink|http_|http$|net_http|utl_http|utl_tcp|utl_smtp|dbms_ldap|httpuritype|url$|urlcluster|remote$|remotesecure|s3$|postgres_query|mysql_query|openrowset|opendatasource|openquery|sendmail|sp_send_dbmail|curl)/.test(
      low,
    ) ||
    /^(?:utl_http|utl_smtp|utl_tcp|dbms_scheduler)\./i.test(name)
  )
    return { sink: 'outward', because: `calls ${low}, which reaches another host` }
  if (/^(?:writefile|lo_export|pg_file_write|pg_write|utl_file|fopen|dbms_xslprocessor)/.test(low))
    return { sink: 'irreversible', because: `calls ${low}, which writes a file` }
  if (/^pg_terminate/.test(low)) return { sink: 'irreversible', because: `calls ${low}, which ends work of others` }
  if (/^(?:pg_cancel|pg_reload|pg_switch|set_config|setval|pg_notify)/.test(low))
    return { sink: 'shared', because: `calls ${low}` }
  return spokenEffect(name)
}

/** Functions that belong to something (a schema, an extension, the administration of the server), and are called by what they do. */
const belongs = /\.|^(?:pg|sp|dbms|system\$)_?/i
/** Schemas whose functions work out values. */
const computes = /^(?:pg_catalog|information_schema|safe|hll_count|kll_quantiles|st|bqutil)\./i

/** What the name of a function says that it does, read as the name of a tool: `cron.schedule`, `app.delete_customer`. */
function spokenEffect(name: string): Effect | undefined {
  if (!belongs.test(name) || computes.test(name)) return undefined
  const steps = name.split('.')
  const own = (steps.length > 2 ? steps.slice(1) : steps.slice(-1))
    .flatMap(wordsOf)
    .filter((word, at) => at > 0 || !/^(?:pg|sp|dbms|system)$/.test(word))
  if (!own.some((word) => plainVerbs.has(word)) && !eitherVerbs.has(own[0] ?? '')) return undefined
  const reading = readName(name.replaceAll('.', '_'))
  const isInert = reading === undefined || /^(?:look|own|approval)$/.test(reading.sink)
  return isInert ? undefined : { sink: reading.sink, because: `calls ${name.slice(0, 60)}: ${reading.because}` }
}

/** A function that is all that a statement selects, and is called by what it destroys, pays or gives: `SELECT delete_customer(42)`. */
export function calledAlone(name: string): Effect | undefined {
  const words = wordsOf(name)
  const reading = words.length > 1 && plainVerbs.has(words[0] ?? '') ? readName(name) : undefined
  return reading === undefined || !/^(?:irreversible|persistence|money|outward|execution)$/.test(reading.sink)
    ? undefined
    : { sink: reading.sink, because: `calls ${name.slice(0, 60)}: ${reading.because}` }
}

/** What a statement does, by its first words; `kept` is where rows are changed: the agent’s own database, or one that others use. */
export function statementEffect(first: string, second: string, kept: 'own' | 'shared'): Effect | undefined {
  const said = `${first} ${second}`.trim().toUpperCase()
  switch (first) {
    case 'select':
    case 'query':
    case 'with':
    case 'values':
    case 'show':
    case 'describe':
    case 'desc':
    case 'explain':
    case 'table':
    case 'use':
    case 'help':
    case 'analyze':
    case 'begin':
    case 'start':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'release':
    case 'end':
    case 'fetch':
    case 'declare':
    case 'close':
    case 'deallocate':
    case 'list':
    case 'summarize':
    case 'check':
      return { sink: 'look', because: said }
    case 'pragma':
      return { sink: 'look', because: said }
    case 'set':
      return {
        sink: /^(?:global|persist|role|session_authorization|session authorization)/i.test(second)
          ? 'persistence'
          : 'own',
        because: said,
      }
    case 'insert':
    case 'replace':
    case 'upsert':
    case 'comment':
    case 'reindex':
    case 'vacuum':
    case 'optimize':
    case 'refresh':
    case 'import':
    case 'lock':
    case 'rename':
      return { sink: kept, because: said }
    case 'update':
    case 'delete':
    case 'merge':
      return { sink: kept, because: said }
    case 'create':
    case 'alter':
      if (
        /^(?:user|role|login|server|credential|secret|policy|group|profile|share|listing|recipient|integration)/.test(
          second,
        )
      )
        return { sink: 'persistence', because: said }
      if (/^(?:trigger|event|job|task|rule|publication|subscription|system|alert|pipe|stream)/.test(second))
        return { sink: 'persistence', because: said }
      if (/^(?:extension|function|procedure|language|assembly|aggregate|module|package|macro|library)/.test(second))
        return { sink: 'execution', because: said }
      return { sink: kept, because: said }
    case 'grant':
    case 'revoke':
    case 'deny':
      return { sink: 'persistence', because: said }
    case 'drop':
    case 'truncate':
    case 'purge':
    case 'flashback':
      return { sink: 'irreversible', because: said }
    // Where to, its words say.
    case 'copy':
    case 'unload':
    case 'export':
      return { sink: 'look', because: said }
    case 'exec':
    case 'execute':
    case 'call':
    case 'do':
    case 'load':
    case 'install':
    case 'prepare':
    case 'source':
    case 'system':
    case 'shell':
      return { sink: 'execution', because: said }
    case 'attach':
    case 'detach':
    case 'backup':
    case 'restore':
      return { sink: 'own', because: said }
    case 'kill':
    case 'shutdown':
      return { sink: 'irreversible', because: said }
    default:
      return undefined
  }
}
