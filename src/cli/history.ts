import { tenantReader } from '../compose/tenant-reader.ts'
import { loadConfig } from '../config/load-config.ts'
import { colors, type Output } from './output.ts'

/** `rescind history reader TENANT`: an account that sees this tenant’s history only. */
export function historyReader(tenant: string, options: { config?: string; data?: string }, out: Output): void {
  const config = loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    env: process.env,
    overrides: options.data === undefined ? {} : { data: options.data },
  })
  const { url, username, password, sql } = tenantReader(config, tenant)
  out.answer({ tenant, url, username, password, ...(sql === undefined ? {} : { sql }) }, () =>
    sql === undefined
      ? `address   ${url ?? 'as rescind start prints it'}\nuser      ${username}\npassword  ${password}`
      : sql.map((statement) => `${statement};`).join('\n'),
  )
  // Apart from what is given to the server, which needs the digest only.
  if (sql !== undefined && !out.json) out.remark(`${colors.bold(username)}  password ${password}`)
}
