import { test } from 'vitest'
import { readFileSync } from 'node:fs'
import { temporaryEngine } from './temporary.ts'
import { openHistory } from '../../src/history/clickhouse/open.ts'
import { historyWriter } from '../../src/history/clickhouse/writer.ts'
import { memoryLog } from './memory-log.ts'
import { event } from '../contract/history.ts'
test('codes', async () => {
  const e = await temporaryEngine()
  const src = readFileSync(new URL('./engine/engine.test.ts', import.meta.url),'utf8')
  const block = src.slice(src.indexOf('may: %s'), src.indexOf('may not: %s'))
  const list: string[] = eval('['+block.slice(block.indexOf('test.each([')+11, block.lastIndexOf('])'))+']')
  const extra = ["SELECT * FROM system.processes","select * from system.server_settings limit 1","SELECT getClientHTTPHeader('x-clickhouse-key')","SELECT * FROM numbers(3) WHERE number IN file('/etc/passwd','LineAsString')","SELECT catboostEvaluate('/etc/passwd',1)","WITH file('/etc/passwd') AS x SELECT x","SELECT * FROM view(SELECT file('/etc/passwd'))","EXPLAIN AST SELECT file('/etc/passwd')","DESCRIBE (SELECT * FROM url('http://x/','CSV','a String'))","SELECT 1 FORMAT Template SETTINGS format_template_resultset='/etc/passwd'","SELECT 1 FORMAT Template","SELECT 1 FORMAT SQLInsert","CHECK TABLE system.one","SELECT hostName()", "SELECT currentUser()", "SELECT * FROM loop('d','t')", "SELECT 1 FORMAT CapnProto SETTINGS format_schema='x'", "SELECT * FROM `/etc/passwd`", "SELECT * FROM '/etc/passwd'", "SELECT * FROM system.`/etc/passwd`", "SHOW FUNCTIONS LIKE 'file'", "SHOW PROCESSLIST", "SELECT getSetting('log_comment')","SELECT * FROM default.`/etc/hostname`", "SELECT * FROM _local.`/etc/hostname`","USE system","SELECT * FROM system.databases"]
  const out: string[] = []
  for (const sql of [...list, ...extra]) {
    const r = await fetch(e.url, { method: 'POST', body: sql, headers: { 'x-clickhouse-key': e.reader.password } })
    out.push(`${r.status} ${r.headers.get('x-clickhouse-exception-code')} ${sql.slice(0,70).replace(/\n/g,'⏎').padEnd(70)} ${(await r.text()).slice(0,150).replace(/\n/g,'⏎')}`)
  }
  console.log(out.join('\n'))
  await e.close()
})
test('rate', async () => {
  const e = await temporaryEngine()
  console.log('start ms', e.startMs)
  const history = await openHistory({ url: e.url, ...e.writer })
  const log = memoryLog()
  const N = 200_000
  const base = event('t', 0, { session: 's-1', trace: {id:'4bf92f3577b34da6a3ce929d0e0e4736', span:'00f067aa0ba902b7'}, call: 'call-123', credential: {id:'c'.repeat(32), scopes:['read','write']}, arguments:{digest:'d'.repeat(64), bytes: 100}, source:{ip:'10.1.2.3', network:'AS1'}, environment:'production', point:{id:'p1', seq: 7}})
  const values = Array.from({length:N},(_,n)=>JSON.stringify({...base, id:`event-${n}-${Math.random()}`, time: base.time+n*10, agent:{id:`agent-${n%500}`}}))
  console.log('bytes/event', values[0]!.length)
  let t = performance.now(); const rows = values.slice(0,50_000).map(v=>history.row('events', v, 1)); let ms = performance.now()-t
  console.log('row() rows/s', Math.round(50_000/ms*1000), 'len', rows[0]!.length)
  for (let i=0;i<N;i+=5000) await log.append(values.slice(i,i+5000).map(value=>({topic:'events', key:'a', value, headers:{stream:'event'}, partition: (i/5000)%4})))
  const cpu0 = process.cpuUsage(); let maxLag=0, last=performance.now(); const iv=setInterval(()=>{const n=performance.now(); maxLag=Math.max(maxLag,n-last-5); last=n},5)
  t = performance.now()
  const w = await historyWriter({log, history}); await log.drained(); await w.flush()
  ms = performance.now()-t; clearInterval(iv); const cpu = process.cpuUsage(cpu0)
  console.log('end to end rows/s', Math.round(N/ms*1000), 'main cpu ms', (cpu.user+cpu.system)/1000, '=> rows/s of main thread', Math.round(N/((cpu.user+cpu.system)/1e6)), 'max loop block ms', Math.round(maxLag), w.stats)
  t = performance.now(); for (let i=0;i<20;i++) await history.query('events-of-agent',{tenant:'t',agent:'agent-7',from:0,to:4e12,limit:100}); console.log('events-of-agent ms', (performance.now()-t)/20)
  t = performance.now(); for (let i=0;i<20;i++) await history.query('event',{tenant:'t',id:'event-7'}); console.log('event ms', (performance.now()-t)/20)
  t = performance.now(); console.log((await history.query('counts-per-agent',{tenant:'t',from:0,to:4e12,limit:1000})).length); console.log('counts ms', (performance.now()-t))
  await w.close(); await history.close()
  console.log(readFileSync(`/proc/${e.pid()}/status`,'utf8').match(/Vm(RSS|HWM).*/g))
  await e.close()
}, 120_000)
