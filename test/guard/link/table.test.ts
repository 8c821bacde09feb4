import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { MonitorClient } from '../../../src/guard/link/client.ts'
import { verifier } from '../../../src/guard/link/message.ts'
import { serverSent } from '../../../src/guard/link/server-sent.ts'
import { HeldTable } from '../../../src/guard/link/table.ts'
import type { Command, CommandUpdate } from '../../../src/model/command.ts'
import { CommandTable } from '../../../src/policy/command-table.ts'
import { type DecisionMessage, messageType } from '../../../src/protocol/message.ts'

const now = 1_800_000_000_000
const command = (id: string): Command => ({
  id,
  tenant: 'default',
  time: now,
  rung: 'revoke',
  target: { agent: id },
  restriction: { deny: {} },
  agent: id,
  because: 'a test says so',
  evidence: [],
  bits: 9,
  costs: { odds: 1, badAction: 1, falseInterruption: 1 },
  policy: 'p',
  mode: 'enforce',
  automatic: true,
  notIssuedAfter: now,
  expires: now + 1000,
})

/** The monitor’s side of the stream, on the real table. */
function source() {
  const table = new CommandTable()
  const message = (kind: DecisionMessage['kind'], over: Partial<DecisionMessage>): DecisionMessage => ({
    kind,
    tenant: 'default',
    seq: table.seq,
    digest: table.digest,
    policyVersion: 'p',
    at: now,
    ...over,
  })
  return {
    change(id: string, state: CommandUpdate['state'], over: Partial<Command> = {}): CommandUpdate {
      const update: CommandUpdate = {
        id: `${id}-${state}`,
        tenant: 'default',
        seq: table.seq + 1,
        digest: '',
        command: id,
        state,
        time: now,
      }
      if (state === 'issued') update.issue = { ...command(id), ...over }
      table.apply(update)
      return { ...update, digest: table.digest }
    },
    delta: (...updates: CommandUpdate[]) => message('delta', { updates }),
    snapshot: (over: Partial<DecisionMessage> = {}) =>
      message('snapshot', { commands: [...table.commands.values()], ...over }),
    beat: (over: Partial<DecisionMessage> = {}) => message('beat', over),
  }
}

function held() {
  const told: string[] = []
  const table = new HeldTable(
    {
      onApplied: (c) => told.push(`applied ${c.id}`),
      onRefused: (c) => told.push(`refused ${c.id}`),
      onEnded: (id) => told.push(`ended ${id}`),
      onByHand: (c) => told.push(`by hand ${c.id}`),
      onReleased: (id) => told.push(`released ${id}`),
    },
    () => now,
  )
  return { table, told }
}

test('follows snapshot and deltas; a gap or a wrong digest asks for a snapshot', () => {
  const from = source()
  const { table, told } = held()
  expect(table.take(from.snapshot())).toBe('agrees')
  expect(table.take(from.delta(from.change('a', 'issued')))).toBe('agrees')
  expect([...table.restrictions.values()].map((c) => c.id)).toEqual(['a'])
  const lost = from.change('b', 'issued')
  expect(table.take(from.delta(from.change('c', 'issued')))).toBe('drifted')
  expect(lost.seq).toBe(2)
  expect(table.take(from.snapshot())).toBe('agrees')
  expect([...table.restrictions.values()].map((c) => c.id)).toEqual(['a', 'b', 'c'])
  expect(table.take(from.beat({ digest: '0'.repeat(32) }))).toBe('drifted')
  expect(table.take(from.delta(from.change('a', 'released')))).toBe('agrees')
  expect(told).toEqual(['applied a', 'applied c', 'applied b', 'released a'])
})

test('an old message played again takes nothing back', () => {
  const from = source()
  const { table } = held()
  const old = from.snapshot()
  const beat = from.beat()
  table.take(old)
  from.change('a', 'issued')
  expect(table.take({ ...from.snapshot(), at: now + 5000 })).toBe('agrees')
  for (const replayed of [old, beat, { ...old, at: now + 5000 }]) {
    expect(table.take(replayed)).toBe('drifted')
    expect(table.restrictions.size).toBe(1)
  }
  // A monitor that lost what it knew speaks later than before.
  expect(table.take({ ...old, at: now + 6000 })).toBe('agrees')
})

test('a release that was missed is seen in the next snapshot', () => {
  const from = source()
  const { table, told } = held()
  from.change('a', 'issued')
  table.take(from.snapshot())
  from.change('a', 'released')
  expect(table.take(from.snapshot())).toBe('agrees')
  expect(told).toEqual(['applied a', 'released a'])
})

test('a snapshot in pages counts when it is whole', () => {
  const from = source()
  const { table } = held()
  for (const id of ['a', 'b', 'c']) from.change(id, 'issued')
  const { commands = [] } = from.snapshot()
  expect(table.take(from.snapshot({ commands: commands.slice(0, 2), page: 1, pages: 2 }))).toBe('part')
  expect(table.restrictions.size).toBe(0)
  expect(table.take(from.snapshot({ commands: commands.slice(2), page: 2, pages: 2 }))).toBe('agrees')
  expect(table.restrictions.size).toBe(3)
})

test('an old message played again is not taken', () => {
  const from = source()
  const { table } = held()
  const old = from.snapshot()
  from.change('a', 'issued')
  table.take(from.snapshot({ at: now + 120_000 }))
  expect(table.take(old)).toBe('drifted')
  expect(table.restrictions.size).toBe(1)
})

test('what this guard does not know, it refuses and does not hold to', () => {
  const from = source()
  const { table, told } = held()
  const update = from.change('a', 'issued')
  const issue = { ...command('a'), restriction: { throttle: {} } as Command['restriction'] }
  table.take(from.delta({ ...update, issue }))
  expect(told).toEqual(['refused a'])
  expect(table.restrictions.size).toBe(0)
})

test('only messages signed by the monitor, of the right type and tenant, are taken', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const stranger = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }
  // Simulated: the key set alone, in place of the monitor’s API.
  const fetchKeys: typeof fetch = async () => Response.json(jwks)
  const verify = verifier(new MonitorClient({ url: 'http://monitor.test', fetch: fetchKeys }), 'default')
  const sign = (value: unknown, { typ = messageType, key = privateKey } = {}) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'ES256', kid: 'k', typ })
      .sign(key)
  const beat = source().beat()
  expect(await verify(await sign(beat))).toEqual(beat)
  await expect(verify(await sign(beat, { key: stranger.privateKey }))).rejects.toThrow()
  await expect(verify(await sign(beat, { typ: 'JWT' }))).rejects.toThrow('not of type')
  await expect(verify(await sign({ ...beat, tenant: 'other' }))).rejects.toThrow('another tenant')
  await expect(verify(await sign({ ...beat, seq: 'x' }))).rejects.toThrow('is wrong')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(beat)).toString('base64url')}.`
  await expect(verify(unsigned)).rejects.toThrow()
})

test('reads server-sent events cut anywhere', async () => {
  const text = ': hello\r\nid: 7\nevent: delta\ndata: one\ndata: two\n\ndata:three\r\n\r\n'
  for (let cut = 1; cut < text.length; cut++) {
    const chunks = [text.slice(0, cut), text.slice(cut)].map((part) => new TextEncoder().encode(part))
    const events = []
    async function* body() {
      yield* chunks
    }
    for await (const event of serverSent(body(), () => {})) events.push(event)
    expect(events).toEqual([
      { id: '7', event: 'delta', data: 'one\ntwo' },
      { id: '7', event: 'message', data: 'three' },
    ])
  }
})

test('a step-up under a higher rung ended: nobody let its act go, heard or missed', () => {
  const from = source()
  const { table, told } = held()
  const asks: Partial<Command> = { rung: 'step-up', target: { agent: 'c' }, restriction: { stepUp: { tools: ['x'] } } }
  table.take(from.snapshot())
  table.take(from.delta(from.change('a', 'issued', asks), from.change('b', 'issued', asks)))
  table.take(from.delta(from.change('c', 'issued'), from.change('a', 'expired')))
  // The rest is missed, and comes with a snapshot.
  from.change('b', 'expired')
  expect(table.take(from.snapshot())).toBe('agrees')
  expect(told.slice(3)).toEqual(['ended a', 'ended b'])
})
