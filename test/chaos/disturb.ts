import { setTimeout as pause } from 'node:timers/promises'
import type { Service } from '../../bench/service.ts'
import type { Broker } from '../support/broker.ts'
import type { FaultyHistory } from './history.ts'

interface Disturbance {
  kind: string
  /** Instances are stopped in good order instead of killed. */
  rolling: boolean
  until: number
  everyMs: number
  random(): number
  say(text: string): void
  services: readonly Service[]
  broker: Broker
  history: FaultyHistory | undefined
}

/** Breaks things until the time is over, and mends what it broke last. */
export async function disturb(d: Disturbance): Promise<void> {
  if (d.kind === 'cluster') return await away(d)
  let turn = 0
  while (Date.now() < d.until) {
    const next = Date.now() + d.everyMs
    if (d.kind === 'instance') {
      const i = d.rolling ? turn % d.services.length : Math.floor(d.random() * d.services.length)
      const service = d.services[i] as Service
      d.say(`${d.rolling ? 'stop' : 'kill -9'} instance ${i + 1}`)
      if (d.rolling) await service.stop()
      else await service.kill()
      await pause(d.rolling ? 0 : Math.min(3000, d.everyMs / 3))
      await service.restart()
      d.say(`instance ${i + 1} is back, up after ${service.readyMs} ms`)
    } else if (d.kind === 'broker') {
      const node = 1 + Math.floor(d.random() * d.broker.nodes)
      d.say(`kill -9 broker ${node}`)
      await d.broker.kill(node)
      await pause(d.everyMs / 2)
      await d.broker.restart(node)
      d.say(`broker ${node} is back`)
    } else if (d.history !== undefined) {
      const fault = d.history.faults[turn % d.history.faults.length] ?? 'away'
      d.say(`history: ${fault}`)
      d.history.set(fault)
      await pause(d.everyMs)
    }
    turn++
    if (Date.now() < next) await pause(next - Date.now())
  }
  d.history?.set(undefined)
}

/** All brokers are gone for the whole time. */
async function away(d: Disturbance): Promise<void> {
  d.say('all brokers are away')
  await d.broker.stopAll()
  await pause(d.until - Date.now())
  await d.broker.startAll()
  d.say('the brokers are back')
}
