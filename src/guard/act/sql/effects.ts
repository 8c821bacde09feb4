import type { Sink } from '../../../model/sink.ts'

/**
 * What a function of a database reaches beyond the database, by prefix or name: programs and libraries, other hosts, files. From the manuals
 * of PostgreSQL (server file access, large objects, dblink), SQL Server (extended procedures, OLE automation), MySQL, Oracle (UTL and DBMS
 * packages), SQLite’s shell, DuckDB and ClickHouse (table functions).
 */
export function functionEffect(name: string): { sink: Sink; because: string } | undefined {
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
  if (/^(?:pg_terminate|pg_cancel|pg_reload|pg_switch|set_config|setval|pg_notify)/.test(low))
    return { sink: 'shared', because: `calls ${low}` }
  return undefined
}

/** What a statement does, by its first words; `kept` is where rows are changed: the agent’s own database, or one that others use. */
export function statementEffect(
  first: string,
  second: string,
  kept: 'own' | 'shared',
): { sink: Sink; because: string } | undefined {
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
      if (/^(?:user|role|login|server|credential|secret|policy|group|profile)/.test(second))
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
