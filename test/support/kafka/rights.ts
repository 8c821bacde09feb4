import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import kafkajs, { type AclEntry, type Kafka } from 'kafkajs'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs

/** The rights that docs/kafka.md gives, by its own commands: the shell says what `kafka-acls.sh` would be called with. */
export function documentedRights(): AclEntry[] {
  const page = readFileSync(new URL('../../../docs/kafka.md', import.meta.url), 'utf8')
  const commands = /### Rights\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const script = `set -eu; kafka-acls.sh() { printf '%s\\0' "$@" ''; }\n${commands}`
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: 100_000 })
  if (status !== 0) throw new Error(`the commands of docs/kafka.md ended with ${status}:\n${stderr}`)
  return stdout
    .split('\0\0')
    .slice(0, -1)
    .flatMap((call) => entriesOf(call.split('\0')))
}

/** What one call of kafka-acls.sh makes. */
function entriesOf(args: readonly string[]): AclEntry[] {
  const given = new Map<string, string[]>()
  for (let at = 0; at < args.length; ) {
    const name = args[at++] ?? ''
    const isFlag = name === '--add' || name === '--cluster'
    given.set(name, [...(given.get(name) ?? []), isFlag ? 'kafka-cluster' : (args[at++] ?? '')])
  }
  const take = (name: string) => {
    const values = given.get(name) ?? []
    given.delete(name)
    return values
  }
  for (const name of ['--bootstrap-server', '--add'] as const)
    if (take(name).length !== 1) throw new Error(`no ${name}: ${args.join(' ')}`)
  const resources = (['topic', 'group', 'cluster'] as const).flatMap((type) =>
    take(`--${type}`).map((resourceName) => ({ resourceName, resourceType: AclResourceTypes[upper(type)] })),
  )
  const [pattern = 'literal'] = take('--resource-pattern-type')
  const resourcePatternType = ResourcePatternTypes[upper(pattern as 'literal' | 'prefixed')]
  const entries = take('--allow-principal').flatMap((principal) =>
    take('--operation').flatMap((operation) =>
      resources.map((resource) => ({
        ...resource,
        ...{ principal, host: '*', permissionType: AclPermissionTypes.ALLOW, resourcePatternType },
        operation: operationOf(operation),
      })),
    ),
  )
  if (entries.length === 0 || given.size > 0) throw new Error(`not understood: ${args.join(' ')}`)
  return entries
}

function operationOf(name: string): number {
  const constant = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
  const found = Object.entries(AclOperationTypes).find(([each]) => each === constant)?.[1]
  if (typeof found !== 'number') throw new Error(`no operation ${name}`)
  return found
}

const upper = <T extends string>(text: T) => text.toUpperCase() as Uppercase<T>

/** Makes them on a cluster, as its super user. */
export async function grant(operator: Kafka, acl: AclEntry[]): Promise<void> {
  const admin = operator.admin()
  await admin.connect()
  await admin.createAcls({ acl })
  await admin.disconnect()
}
