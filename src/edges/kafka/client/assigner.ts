import kafkajs, { type Assignment, type PartitionAssigner } from 'kafkajs'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol

/** Partition numbers by topic. */
export type Partitions = Record<string, number[]>

const name = 'rescind-sticky'
const version = 1

/**
 * Shares each topic’s partitions evenly and leaves them where they are as far as that allows: a partition that moves
 * costs the reading of its state. What a member has travels in its subscription, as in KIP-54.
 */
export const stickyAssigner =
  (owned: () => Partitions, address?: string): PartitionAssigner =>
  ({ cluster }) => ({
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({
        version,
        topics,
        userData: Buffer.from(JSON.stringify({ owned: owned(), address })),
      }),
    }),
    async assign({ members, topics }) {
      const all: Partitions = {}
      for (const topic of topics) all[topic] = cluster.findTopicPartitionMetadata(topic).map((p) => p.partitionId)
      const had = new Map(members.map((m) => [m.memberId, saidBy(m.memberMetadata).owned]))
      return [...share(all, had)].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version,
          assignment: assignment as Assignment,
          userData: Buffer.alloc(0),
        }),
      }))
    },
  })

/** Who gets what. Pure: the same question has the same answer on every leader. */
export function share(all: Partitions, had: ReadonlyMap<string, Partitions>): Map<string, Partitions> {
  const members = [...had.keys()].sort()
  const given = new Map<string, Partitions>(members.map((m) => [m, {}]))
  const load = new Map<string, number>(members.map((m) => [m, 0]))
  for (const topic of Object.keys(all).sort()) {
    const partitions = [...(all[topic] ?? [])].sort((a, b) => a - b)
    const least = Math.floor(partitions.length / members.length)
    let extra = partitions.length % members.length
    const free = new Set(partitions)
    const counts = new Map<string, number>()
    const give = (member: string, partition: number) => {
      const mine = given.get(member) as Partitions
      mine[topic] = [...(mine[topic] ?? []), partition]
      counts.set(member, (counts.get(member) ?? 0) + 1)
      load.set(member, (load.get(member) ?? 0) + 1)
      free.delete(partition)
    }
    for (const member of members)
      for (const partition of had.get(member)?.[topic] ?? []) {
        if (!free.has(partition)) continue
        const count = counts.get(member) ?? 0
        if (count < least) give(member, partition)
        else if (count === least && extra > 0) {
          extra--
          give(member, partition)
        }
      }
    for (const partition of free) {
      const hungry = members.filter((m) => (counts.get(m) ?? 0) < least)
      const able = hungry.length > 0 ? hungry : members.filter((m) => (counts.get(m) ?? 0) === least)
      able.sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0) || (a < b ? -1 : 1))
      const [member] = able
      if (member !== undefined) give(member, partition)
    }
  }
  return given
}

/** What a member told the group of itself; anything that is not that counts as nothing. */
function saidBy(metadata: Buffer): { owned: Partitions; address: string | undefined } {
  const owned: Partitions = {}
  try {
    const userData = MemberMetadata.decode(metadata)?.userData.toString() ?? ''
    const said = JSON.parse(userData || '{}') as { owned?: Record<string, unknown>; address?: unknown }
    for (const [topic, partitions] of Object.entries(said.owned ?? {}))
      if (Array.isArray(partitions)) owned[topic] = partitions.filter((p) => Number.isInteger(p))
    return { owned, address: typeof said.address === 'string' ? said.address : undefined }
  } catch {
    // A member of another version: its partitions are given out anew.
    return { owned, address: undefined }
  }
}

/** Who works on what, as the group’s coordinator describes its members. */
export function memberOf(
  metadata: Buffer,
  assignment: Buffer,
): { address: string | undefined; partitions: Partitions } {
  const partitions = assignment.length === 0 ? {} : (MemberAssignment.decode(assignment)?.assignment ?? {})
  return { address: metadata.length === 0 ? undefined : saidBy(metadata).address, partitions }
}
