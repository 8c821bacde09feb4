/**
 * OPEN FIRST. The whole data flow as one expression; `npm run topology` prints it as Mermaid.
 *
 * Raw records are decoded at the edge. From there everything that concerns an agent goes through one inbox in one
 * order: its events, findings made in other lanes, scopes, rulings. Hops inside a lane are function calls; hops between
 * lanes are topics.
 */
import type { AnyDetector } from './detect/define.ts'
import { type Topology, topology } from './flow/topology.ts'
import { keys, laneKeys } from './model/keys.ts'
import type { StampedPolicy } from './policy/policy.ts'
import { applyRuling } from './stages/agent/apply-ruling.ts'
import { detect } from './stages/agent/detect.ts'
import { profile } from './stages/agent/profile.ts'
import { respond } from './stages/agent/respond.ts'
import { declare } from './stages/agent/scopes.ts'
import { score, scoreReports } from './stages/agent/score.ts'
import { peers } from './stages/cohort/peers.ts'
import { detectBy } from './stages/keyed/detect-by.ts'
import { learnRevocations } from './stages/keyed/learn-revocations.ts'
import { agentKey, ownerOf, tenantKey } from './stages/lane-key.ts'
import { arrivedOf, forActs, type Streams } from './stages/streams.ts'
import { approvedAtPoint } from './stages/tenant/approved-at-point.ts'
import { issue } from './stages/tenant/issue.ts'
import { presence } from './stages/tenant/presence.ts'
import { review } from './stages/tenant/review.ts'
import { settle } from './stages/tenant/settle.ts'

/** Cohorts, each tenant’s fleet among them, of all tenants. */
const maxCohorts = 10_000

/** The monitor’s topology over these detectors; `policy` holds until another one comes through the log. */
export function rescind(detectors: readonly AnyDetector[], policy: StampedPolicy): Topology<Streams> {
  return topology<Streams>({
    events: { lane: 'agent', key: (e) => agentKey(e.tenant, e.agent.id), arrived: arrivedOf },
    scopes: { lane: 'agent', key: (s) => agentKey(s.tenant, s.agent) },
    reports: { lane: 'agent', key: (f) => agentKey(f.tenant, f.agent) },
    rulings: { lane: 'agent', key: (r) => agentKey(r.tenant, r.agent) },
    baselines: { lane: 'agent', key: (b) => b.peers, broadcast: true, bound: { values: maxCohorts, owner: ownerOf } },
    policy: { key: () => 'current', broadcast: true },
    profiled: {},
    assessed: {},
    charges: {},
    ...forActs((key) => ({ lane: key, key: ({ event }) => agentKey(event.tenant, keys[key].of(event) ?? '') })),
    revocations: { lane: 'credential', key: (r) => agentKey(r.tenant, r.credential) },
    lessons: { lane: 'cohort', key: (l) => l.peers },
    proposals: { lane: 'tenant', key: (c) => tenantKey(c.tenant) },
    receipts: { lane: 'tenant', key: (r) => tenantKey(r.tenant) },
    presence: { lane: 'tenant', key: (p) => tenantKey(p.tenant) },
    reviews: { lane: 'tenant', key: (r) => tenantKey(r.tenant) },
    approvals: { lane: 'tenant', key: (r) => tenantKey(r.tenant) },
    findings: { key: (f) => agentKey(f.tenant, f.agent), topic: 'findings' },
    commands: { key: (c) => tenantKey(c.tenant), topic: 'commands' },
    'receipt-log': { key: (r) => tenantKey(r.tenant), topic: 'receipts' },
    'review-log': { key: (r) => tenantKey(r.tenant), topic: 'reviews' },
  })
    .lane({ name: 'agent', inbox: 'events', maxKeys: 1_500_000, owner: ownerOf })
    .each(laneKeys, (to, key) => {
      const { maxKeys, idleMs } = keys[key].lane
      return to.lane({ name: key, inbox: `by-${key}`, maxKeys, idleMs, owner: ownerOf })
    })
    .lane({ name: 'cohort', inbox: 'by-cohort', maxKeys: maxCohorts, owner: ownerOf })
    .lane({ name: 'tenant', inbox: 'by-tenant', maxKeys: 10_000 })

    .stage('agent', declare)
    .stage('agent', profile(policy))
    .stage('agent', detect(detectors))
    .stage('agent', score)
    .stage('agent', scoreReports(policy))
    .stage('agent', respond(policy))
    .stage('agent', applyRuling(policy))

    .each(laneKeys, (to, key) => to.stage(key, detectBy(key, detectors, policy)))
    .stage('credential', learnRevocations(detectors, policy))
    .stage('cohort', peers)

    .stage('tenant', issue(policy))
    .stage('tenant', settle)
    .stage('tenant', presence)
    .stage('tenant', review(policy))
    .stage('tenant', approvedAtPoint)
    .build()
}
