import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { detectors } from '../../detectors/index.ts'
import { KeyRing } from '../../src/api/server/key-ring.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { loadPolicy } from '../../src/config/policy-file.ts'
import { clickhousePlugin } from '../../tools/dashboards/panels.ts'
import { hasPromtool } from '../../tools/dashboards/promtool.ts'
import { root, text } from '../repo/files.ts'
import { temporaryDirectory } from '../support/temporary.ts'

/** No Docker engine is needed, and none has run this: what can be known without one is held here. */
interface Service {
  image?: string
  build?: { context: string; args?: Record<string, string> }
  user?: string
  read_only?: boolean
  restart?: string
  cap_drop?: string[]
  security_opt?: string[]
  networks?: string[]
  ports?: string[]
  environment?: Record<string, string | number>
  volumes?: string[]
  secrets?: string[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
}
const compose = parse(text('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, unknown>
  secrets: Record<string, { file: string }>
}
const services = Object.entries(compose.services)

describe('docker-compose.yml', () => {
  test.each(services)('%s is pinned, small in rights and watched', (name, service) => {
    expect(service.image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*$/)
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(service.read_only).toBe(true)
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    // The schema is made once and ends; all else comes back and says how it is.
    expect(service.restart).toBe(name === 'schema' ? 'no' : 'unless-stopped')
    expect(service.healthcheck === undefined).toBe(name === 'schema')
    for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(other)
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':')
      if (from.startsWith('.')) expect(existsSync(join(root, from)), from).toBe(true)
      else expect(Object.keys(compose.volumes)).toContain(from)
      if (from.startsWith('.')) expect(volume).toMatch(/:ro$/)
    }
    for (const secret of service.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(secret)
    for (const network of service.networks ?? []) expect(Object.keys(compose.networks)).toContain(network)
  })

  test('only Rescind and Grafana are published, on loopback', () => {
    const published = services.filter(([, { ports }]) => ports !== undefined)
    expect(published.map(([name]) => name)).toEqual(['rescind', 'grafana'])
    for (const port of published.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/)
    expect(compose.networks.back?.internal).toBe(true)
    expect(services.filter(([, { networks }]) => networks?.includes('front')).map(([name]) => name)).toEqual([
      'rescind',
      'grafana',
    ])
  })

  test('no password stands in it, and what it asks for is what .env.example names', () => {
    for (const [name, { environment = {} }] of services)
      for (const [key, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|TOKEN|CLUSTER_ID/.test(key) && key !== 'GF_SECURITY_DISABLE_GRAVATAR')
          expect(String(value), `${name} ${key}`).toMatch(/^\$\{[A-Z_]+:\?/)
    const asked = new Set([...text('docker-compose.yml').matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name))
    const example = text('.env.example').match(/^[A-Z_]+(?==$)/gm) ?? []
    expect([...asked].sort()).toEqual([...example].sort())
  })

  test('Kafka fences a dead broker and a dead instance within seconds', () => {
    const { environment = {} } = compose.services.kafka ?? {}
    expect(environment.KAFKA_BROKER_SESSION_TIMEOUT_MS).toBeLessThanOrEqual(3000)
    expect(environment.KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS).toBeLessThanOrEqual(1000)
    expect(environment.KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS).toBe(0)
    expect(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE).toBe('false')
  })

  test('Grafana gets the plugin that the dashboards were written for', () => {
    const { environment = {} } = compose.services.grafana ?? {}
    expect(environment.GF_PLUGINS_PREINSTALL_SYNC).toBe(`grafana-clickhouse-datasource@${clickhousePlugin}`)
    const asked = [...text('deploy/grafana/provisioning/datasources/rescind.yml').matchAll(/\$\{(RESCIND_\w+)\}/g)]
    for (const [, name = ''] of asked) expect(Object.keys(environment)).toContain(name)
  })
})

test('what Grafana asks for stays below the ceiling of its user', () => {
  const { datasources } = parse(text('deploy/grafana/provisioning/datasources/rescind.yml')) as {
    datasources: { uid: string; jsonData: { queryTimeout?: string } }[]
  }
  const timeout = Number(datasources.find(({ uid }) => uid === 'rescind-history')?.jsonData.queryTimeout)
  const [, ceiling] = /max_execution_time = \d+ MIN \d+ MAX (\d+)/.exec(text('deploy/clickhouse/users.sql')) ?? []
  // clickhouse-go sends max_execution_time = the seconds left + 5; above the ceiling the server refuses every query.
  expect(timeout + 5).toBeLessThanOrEqual(Number(ceiling))
})

describe('what the containers read', () => {
  const place = temporaryDirectory()
  for (const path of ['.env.example', 'deploy/secrets.sh'])
    cpSync(join(root, path), join(place, path), { recursive: true })
  execFileSync('sh', ['deploy/secrets.sh'], { cwd: place, stdio: 'ignore' })
  const env = readFileSync(join(place, '.env'), 'utf8')

  test('secrets.sh fills every variable, each with its own value, and changes nothing the second time', () => {
    const values = env
      .trim()
      .split('\n')
      .map((line) => line.split('='))
    expect(values.map(([name]) => name).join()).toBe((text('.env.example').match(/^[A-Z_]+(?==$)/gm) ?? []).join())
    for (const [name, value] of values) expect(value, name).toMatch(/^[0-9a-f]{21}A$|^[0-9a-f]{48}$/)
    expect(new Set(values.map(([, value]) => value)).size).toBe(values.length)
    expect(Buffer.from(env.match(/CLUSTER_ID=(.*)/)?.[1] ?? '', 'base64url')).toHaveLength(16)
    const keys = readFileSync(join(place, 'deploy/secrets/rescind.keys'), 'utf8')
    execFileSync('sh', ['deploy/secrets.sh'], { cwd: place, stdio: 'ignore' })
    expect(readFileSync(join(place, '.env'), 'utf8')).toBe(env)
    expect(readFileSync(join(place, 'deploy/secrets/rescind.keys'), 'utf8')).toBe(keys)
    expect(statSync(join(place, '.env')).mode & 0o77).toBe(0)
    expect(statSync(join(place, 'deploy/secrets')).mode & 0o77).toBe(0)
  })

  test('the monitor takes its keys: Prometheus may read and no more', () => {
    const ring = new KeyRing({
      path: join(place, 'deploy/secrets/rescind.keys'),
      onlyTenant: undefined,
      clock: { now: () => 0, every: () => () => {} },
      logger: { info: () => {}, error: () => {} },
    })
    const holder = (name: string) => ring.holderOf(readFileSync(join(place, `deploy/secrets/${name}.key`), 'utf8'))
    expect([...(holder('prometheus')?.scopes ?? [])]).toEqual(['rescind.read'])
    expect(holder('guard')?.scopes.has('rescind.enforce')).toBe(true)
    expect(holder('guard')?.scopes.has('rescind.read')).toBe(false)
    expect(holder('admin')?.scopes.has('rescind.admin')).toBe(true)
    expect(holder('guard')).toMatchObject({
      tenant: 'default',
      speaks: { agents: ['*'], points: ['*'], cohorts: ['*'] },
    })
  })

  test('the monitor’s configuration and policy are right', () => {
    const { environment = {} } = compose.services.rescind ?? {}
    const config = loadConfig({
      file: join(root, 'deploy/rescind/rescind.yaml'),
      env: { RESCIND_HISTORY_PASSWORD: 'x'.repeat(48), RESCIND_DATA: '/data' },
    })
    expect(config).toMatchObject({
      data: '/data',
      http: { host: '0.0.0.0', port: 7077 },
      auth: { keysFile: '/run/secrets/rescind_keys' },
      history: { url: 'http://clickhouse:8123', username: 'rescind_writer', migrate: false },
      kafka: { brokers: ['kafka:9092'], replication: 1 },
    })
    expect(environment.RESCIND_CONFIG).toBe('/etc/rescind/rescind.yaml')
    expect(config.policy).toBe('/etc/rescind/policy/policy.yaml')
    expect(loadPolicy(join(root, 'deploy/rescind/policy/policy.yaml'), detectors).mode).toBe('shadow')
    expect(text('deploy/clickhouse/users.sql')).toContain(`USER OR REPLACE ${config.history.username}`)
  })

  test('Prometheus asks Rescind with its key and has the rules', () => {
    const prometheus = parse(text('deploy/prometheus/prometheus.yml')) as {
      rule_files: string[]
      scrape_configs: { job_name: string; authorization: { credentials_file: string } }[]
    }
    expect(prometheus.rule_files).toEqual(['/etc/prometheus/rules/*.rules.yml'])
    expect(prometheus.scrape_configs[0]).toMatchObject({
      job_name: 'rescind',
      authorization: { credentials_file: '/run/secrets/prometheus_key' },
    })
    if (!hasPromtool()) return
    const { status, stderr } = spawnSync(
      'promtool',
      ['check', 'config', '--syntax-only', 'deploy/prometheus/prometheus.yml'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('Dockerfile', () => {
  const dockerfile = text('Dockerfile')
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM'))

  test('no stage is built on something unnamed', () => {
    expect(dockerfile).toMatch(/ARG NODE=\d+\.\d+\.\d+-bookworm-slim/)
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm))
      expect(image).toMatch(/^node:\$\{NODE\}$|^gcr\.io\/distroless\/cc-debian12:nonroot$/)
  })

  test('the last stage runs as nobody of note, says how it is, and has no shell to start', () => {
    expect(last).toContain('USER 65532:65532')
    expect(last).toMatch(/HEALTHCHECK [\s\S]*CMD \["\/usr\/local\/bin\/node"/)
    expect(last).toContain('ENTRYPOINT ["/usr/local/bin/node", "/rescind/dist/src/cli/main.js"]')
    expect(last).not.toMatch(/^RUN|^CMD [^[]|^ENTRYPOINT [^[]/m)
  })

  test('what it copies is there, and no secret is sent along', () => {
    const kept =
      text('.dockerignore')
        .match(/^!(.*)$/gm)
        ?.map((line) => line.slice(1)) ?? []
    for (const path of kept) expect(path.includes('*') || existsSync(join(root, path)), path).toBe(true)
    expect(text('.dockerignore').startsWith('**\n')).toBe(true)
    expect(kept.some((path) => /deploy|\.env|\.git|secrets/.test(path))).toBe(false)
    for (const path of [
      'package.json',
      'package-lock.json',
      'src',
      'detectors',
      'tools',
      'bench',
      'schemas',
      'LICENSE',
    ])
      expect(kept).toContain(path)
  })
})
