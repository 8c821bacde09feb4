-- The whole schema of history, as Rescind makes it by itself (history.migrate). Generated; checked by
-- test/edges/clickhouse/server-sql.test.ts. For those who let another user make it: it may be run again, and run over
-- an earlier version it brings that up to date. Retention is the default one.

CREATE DATABASE IF NOT EXISTS rescind ENGINE = Atomic;

CREATE TABLE IF NOT EXISTS rescind.schema_migrations (id UInt32, name String, applied DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ReplacingMergeTree() ORDER BY id SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS rescind.events (
  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  id String CODEC(ZSTD(1)),
  kind LowCardinality(String),
  cohort LowCardinality(String),
  principal LowCardinality(String),
  session String CODEC(ZSTD(1)),
  task String CODEC(ZSTD(1)),
  trace String CODEC(ZSTD(1)),
  call String CODEC(ZSTD(1)),
  credential String CODEC(ZSTD(1)),
  server LowCardinality(String),
  tool LowCardinality(String),
  action LowCardinality(String),
  resource String CODEC(ZSTD(1)),
  dataset LowCardinality(String),
  sensitivity LowCardinality(String),
  destinations Array(String) CODEC(ZSTD(1)),
  external Bool,
  environment LowCardinality(String),
  outcome LowCardinality(String),
  argument_bytes UInt64 CODEC(ZSTD(1)),
  result_bytes UInt64 CODEC(ZSTD(1)),
  result_records UInt64 CODEC(ZSTD(1)),
  ip String CODEC(ZSTD(1)),
  network LowCardinality(String),
  point LowCardinality(String),
  point_seq UInt64 CODEC(ZSTD(1)),
  INDEX id_bloom id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX task_bloom task TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX credential_bloom credential TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX agent_set agent TYPE set(1000) GRANULARITY 1,
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (tenant, time, agent, id)
TTL toDateTime(recorded) + toIntervalDay(90)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS rescind.findings (
  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  id String CODEC(ZSTD(1)),
  cohort LowCardinality(String),
  principal LowCardinality(String),
  session String CODEC(ZSTD(1)),
  task String CODEC(ZSTD(1)),
  credential String CODEC(ZSTD(1)),
  detector LowCardinality(String),
  version UInt32,
  key LowCardinality(String),
  subject String CODEC(ZSTD(1)),
  rule Bool,
  bits Float64,
  because String CODEC(ZSTD(3)),
  evidence Array(String) CODEC(ZSTD(1)),
  event String CODEC(ZSTD(1)),
  action LowCardinality(String),
  tool LowCardinality(String),
  dataset LowCardinality(String),
  sensitivity LowCardinality(String),
  environment LowCardinality(String),
  mode LowCardinality(String),
  labels Array(LowCardinality(String)),
  INDEX id_bloom id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX event_bloom event TYPE bloom_filter(0.01) GRANULARITY 1,
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (tenant, time, agent, id)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS rescind.commands (
  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  command String CODEC(ZSTD(1)),
  id String CODEC(ZSTD(1)),
  seq UInt64 CODEC(ZSTD(1)),
  state LowCardinality(String),
  point LowCardinality(String),
  why String CODEC(ZSTD(3)),
  actor LowCardinality(String),
  issue Bool,
  caused DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  principal LowCardinality(String),
  task String CODEC(ZSTD(1)),
  rung LowCardinality(String),
  mode LowCardinality(String),
  automatic Bool,
  bits Float64,
  because String CODEC(ZSTD(3)),
  policy LowCardinality(String),
  findings Array(String) CODEC(ZSTD(1)),
  expires DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  INDEX command_bloom command TYPE bloom_filter(0.01) GRANULARITY 1,
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (tenant, time, command, id)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS rescind.receipts (
  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  command String CODEC(ZSTD(1)),
  id String CODEC(ZSTD(1)),
  point LowCardinality(String),
  outcome LowCardinality(String),
  why String CODEC(ZSTD(3)),
  INDEX command_bloom command TYPE bloom_filter(0.01) GRANULARITY 1,
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (tenant, time, command, id)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS rescind.dead_letters (
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  stage LowCardinality(String),
  code LowCardinality(String),
  id String CODEC(ZSTD(1)),
  reason String CODEC(ZSTD(3)),
  field String CODEC(ZSTD(1)),
  format LowCardinality(String),
  raw_bytes UInt64,
  raw String ALIAS JSONExtractString(body, 'raw'),
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (time, code, id)
TTL toDateTime(recorded) + toIntervalDay(30)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

INSERT INTO rescind.schema_migrations (id, name) VALUES (1, 'tables of the records');

CREATE TABLE IF NOT EXISTS rescind.reviews (
  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  id String CODEC(ZSTD(1)),
  actor LowCardinality(String),
  verb LowCardinality(String),
  reason String CODEC(ZSTD(3)),
  command String CODEC(ZSTD(1)),
  finding String CODEC(ZSTD(1)),
  agent LowCardinality(String),
  INDEX finding_bloom finding TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX command_bloom command TYPE bloom_filter(0.01) GRANULARITY 1,
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (tenant, time, id)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

ALTER TABLE rescind.events ADD COLUMN IF NOT EXISTS chain Array(String) CODEC(ZSTD(1)) AFTER principal, ADD INDEX IF NOT EXISTS trace_bloom trace TYPE bloom_filter(0.01) GRANULARITY 1;

ALTER TABLE rescind.events ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1));

ALTER TABLE rescind.findings ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1));

ALTER TABLE rescind.commands ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1));

ALTER TABLE rescind.receipts ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1));

ALTER TABLE rescind.reviews ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1));

ALTER TABLE rescind.dead_letters ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1));

INSERT INTO rescind.schema_migrations (id, name) VALUES (2, 'reviews, chain of delegation, time of storing');

CREATE TABLE IF NOT EXISTS rescind.agent_days (
  tenant LowCardinality(String),
  agent LowCardinality(String),
  cohort LowCardinality(String),
  day Date,
  first SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  recorded SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = AggregatingMergeTree()
PARTITION BY toMonday(recorded)
ORDER BY (tenant, agent, cohort, day)
TTL toDateTime(recorded) + toIntervalDay(90)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rescind.agent_days_feed TO rescind.agent_days AS
SELECT tenant, agent, cohort, toDate(least(time, toDateTime64('2106-02-07 06:00:00', 3, 'UTC'))) AS day, min(time) AS first, max(time) AS last, max(events.recorded) AS recorded
FROM rescind.events
GROUP BY tenant, agent, cohort, day;

INSERT INTO rescind.agent_days
SELECT tenant, agent, cohort, toDate(least(time, toDateTime64('2106-02-07 06:00:00', 3, 'UTC'))) AS day, min(time) AS first, max(time) AS last, max(events.recorded) AS recorded
FROM rescind.events
GROUP BY tenant, agent, cohort, day;

CREATE TABLE IF NOT EXISTS rescind.finding_minutes (
  tenant LowCardinality(String),
  minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  cohort LowCardinality(String),
  detector LowCardinality(String),
  mode LowCardinality(String),
  rule Bool,
  evidence AggregateFunction(maxMap, Map(String, Float64)) CODEC(ZSTD(1)),
  recorded SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = AggregatingMergeTree()
PARTITION BY toMonday(recorded)
ORDER BY (tenant, minute, agent, cohort, detector, mode, rule)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rescind.finding_minutes_feed TO rescind.finding_minutes AS
SELECT tenant, toStartOfMinute(toDateTime(least(time, toDateTime64('2106-02-07 06:00:00', 3, 'UTC')), 'UTC')) AS minute, agent, cohort, detector, mode, rule, maxMapState(map(id, bits)) AS evidence, max(findings.recorded) AS recorded
FROM rescind.findings
GROUP BY tenant, minute, agent, cohort, detector, mode, rule;

INSERT INTO rescind.finding_minutes
SELECT tenant, toStartOfMinute(toDateTime(least(time, toDateTime64('2106-02-07 06:00:00', 3, 'UTC')), 'UTC')) AS minute, agent, cohort, detector, mode, rule, maxMapState(map(id, bits)) AS evidence, max(findings.recorded) AS recorded
FROM rescind.findings
GROUP BY tenant, minute, agent, cohort, detector, mode, rule;

CREATE TABLE IF NOT EXISTS rescind.command_lives (
  tenant LowCardinality(String),
  command String CODEC(ZSTD(1)),
  decision AggregateFunction(argMax, Tuple(caused DateTime64(3, 'UTC'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, 'UTC')), UInt64),
  latest AggregateFunction(argMax, Tuple(state String, since DateTime64(3, 'UTC'), why String), Tuple(UInt64, DateTime64(3, 'UTC'))),
  proposed SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  issued SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  delivered SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  applied SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  refused SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  failed SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  expired SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  released SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  logged SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  held SimpleAggregateFunction(max, Bool),
  applied_by SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
  refused_by SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
  approved_by SimpleAggregateFunction(max, String),
  released_by SimpleAggregateFunction(max, String),
  ids AggregateFunction(uniqExact, String),
  recorded SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = AggregatingMergeTree()
PARTITION BY toMonday(recorded)
ORDER BY (tenant, command)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rescind.command_lives_feed TO rescind.command_lives AS
SELECT tenant, command,
  argMaxState(CAST((caused, agent, principal, task, rung, mode, automatic, bits, because, policy, expires), 'Tuple(caused DateTime64(3, \'UTC\'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, \'UTC\'))'), if(issue, seq + 1, 0)) AS decision,
  argMaxState(CAST((state, time, why), 'Tuple(state String, since DateTime64(3, \'UTC\'), why String)'), (seq, time)) AS latest,
  min(if(state = 'proposed', time, NULL)) AS proposed,
  min(if(state = 'issued', time, NULL)) AS issued,
  min(if(state = 'delivered', time, NULL)) AS delivered,
  min(if(state = 'applied', time, NULL)) AS applied,
  min(if(state = 'refused', time, NULL)) AS refused,
  min(if(state = 'failed', time, NULL)) AS failed,
  min(if(state = 'expired', time, NULL)) AS expired,
  min(if(state = 'released', time, NULL)) AS released,
  min(if(issue, commands.recorded, NULL)) AS logged,
  max(state = 'proposed' AND startsWith(why, 'the brake')) AS held,
  groupUniqArrayIf(toString(point), state = 'applied') AS applied_by,
  groupUniqArrayIf(toString(point), state IN ('refused', 'failed')) AS refused_by,
  max(if(state = 'issued', toString(actor), '')) AS approved_by,
  max(if(state = 'released', toString(actor), '')) AS released_by,
  uniqExactState(id) AS ids, max(commands.recorded) AS recorded
FROM rescind.commands
GROUP BY tenant, command;

INSERT INTO rescind.command_lives
SELECT tenant, command,
  argMaxState(CAST((caused, agent, principal, task, rung, mode, automatic, bits, because, policy, expires), 'Tuple(caused DateTime64(3, \'UTC\'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, \'UTC\'))'), if(issue, seq + 1, 0)) AS decision,
  argMaxState(CAST((state, time, why), 'Tuple(state String, since DateTime64(3, \'UTC\'), why String)'), (seq, time)) AS latest,
  min(if(state = 'proposed', time, NULL)) AS proposed,
  min(if(state = 'issued', time, NULL)) AS issued,
  min(if(state = 'delivered', time, NULL)) AS delivered,
  min(if(state = 'applied', time, NULL)) AS applied,
  min(if(state = 'refused', time, NULL)) AS refused,
  min(if(state = 'failed', time, NULL)) AS failed,
  min(if(state = 'expired', time, NULL)) AS expired,
  min(if(state = 'released', time, NULL)) AS released,
  min(if(issue, commands.recorded, NULL)) AS logged,
  max(state = 'proposed' AND startsWith(why, 'the brake')) AS held,
  groupUniqArrayIf(toString(point), state = 'applied') AS applied_by,
  groupUniqArrayIf(toString(point), state IN ('refused', 'failed')) AS refused_by,
  max(if(state = 'issued', toString(actor), '')) AS approved_by,
  max(if(state = 'released', toString(actor), '')) AS released_by,
  uniqExactState(id) AS ids, max(commands.recorded) AS recorded
FROM rescind.commands
GROUP BY tenant, command;

CREATE TABLE IF NOT EXISTS rescind.finding_verdicts (
  tenant LowCardinality(String),
  finding String CODEC(ZSTD(1)),
  verdict AggregateFunction(argMax, Tuple(verb String, actor String, reason String, time DateTime64(3, 'UTC')), Tuple(DateTime64(3, 'UTC'), String)),
  ids AggregateFunction(uniqExact, String),
  recorded SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = AggregatingMergeTree()
PARTITION BY toMonday(recorded)
ORDER BY (tenant, finding)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rescind.finding_verdicts_feed TO rescind.finding_verdicts AS
SELECT tenant, finding,
  argMaxState(CAST((verb, actor, reason, time), 'Tuple(verb String, actor String, reason String, time DateTime64(3, \'UTC\'))'), (time, id)) AS verdict,
  uniqExactState(id) AS ids, max(reviews.recorded) AS recorded
FROM rescind.reviews
WHERE verb IN ('right', 'wrong') AND finding != '' GROUP BY tenant, finding;

INSERT INTO rescind.finding_verdicts
SELECT tenant, finding,
  argMaxState(CAST((verb, actor, reason, time), 'Tuple(verb String, actor String, reason String, time DateTime64(3, \'UTC\'))'), (time, id)) AS verdict,
  uniqExactState(id) AS ids, max(reviews.recorded) AS recorded
FROM rescind.reviews
WHERE verb IN ('right', 'wrong') AND finding != '' GROUP BY tenant, finding;

CREATE TABLE IF NOT EXISTS rescind.dead_letter_minutes (
  minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
  stage LowCardinality(String),
  code LowCardinality(String),
  format LowCardinality(String),
  ids AggregateFunction(uniqExact, String) CODEC(ZSTD(1)),
  recorded SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = AggregatingMergeTree()
PARTITION BY toMonday(recorded)
ORDER BY (minute, stage, code, format)
TTL toDateTime(recorded) + toIntervalDay(30)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rescind.dead_letter_minutes_feed TO rescind.dead_letter_minutes AS
SELECT toStartOfMinute(toDateTime(least(time, toDateTime64('2106-02-07 06:00:00', 3, 'UTC')), 'UTC')) AS minute, stage, code, format, uniqExactState(id) AS ids, max(dead_letters.recorded) AS recorded
FROM rescind.dead_letters
GROUP BY minute, stage, code, format;

INSERT INTO rescind.dead_letter_minutes
SELECT toStartOfMinute(toDateTime(least(time, toDateTime64('2106-02-07 06:00:00', 3, 'UTC')), 'UTC')) AS minute, stage, code, format, uniqExactState(id) AS ids, max(dead_letters.recorded) AS recorded
FROM rescind.dead_letters
GROUP BY minute, stage, code, format;

INSERT INTO rescind.schema_migrations (id, name) VALUES (3, 'rollups');

CREATE OR REPLACE VIEW rescind.v_events AS
SELECT *, stored FROM rescind.events FINAL;

CREATE OR REPLACE VIEW rescind.v_findings AS
SELECT *, stored FROM rescind.findings FINAL;

CREATE OR REPLACE VIEW rescind.v_command_updates AS
SELECT *, stored FROM rescind.commands FINAL;

CREATE OR REPLACE VIEW rescind.v_receipts AS
SELECT *, stored FROM rescind.receipts FINAL;

CREATE OR REPLACE VIEW rescind.v_reviews AS
SELECT *, stored FROM rescind.reviews FINAL;

CREATE OR REPLACE VIEW rescind.v_dead_letters AS
SELECT *, stored FROM rescind.dead_letters FINAL;

CREATE OR REPLACE VIEW rescind.v_agents AS
SELECT tenant, agent, argMax(toString(r.cohort), r.last) AS cohort, toDateTime64(min(first), 3, 'UTC') AS first_seen, toDateTime64(max(last), 3, 'UTC') AS last_seen
FROM rescind.agent_days AS r GROUP BY tenant, agent;

CREATE OR REPLACE VIEW rescind.v_activity AS
SELECT tenant, toStartOfMinute(time) AS minute, cohort, uniqExact(agent) AS agents, count() AS events,
  countIf(outcome = 'denied') AS denied, countIf(outcome = 'failed') AS failed
FROM rescind.events FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') GROUP BY tenant, minute, cohort;

CREATE OR REPLACE VIEW rescind.v_agent_activity AS
SELECT tenant, toStartOfMinute(time) AS minute, agent, cohort, count() AS events,
  countIf(kind = 'attempt') AS attempts, countIf(kind = 'outcome') AS outcomes, countIf(outcome = 'denied') AS denied,
  countIf(outcome = 'failed') AS failed, countIf(outcome = 'stepped-up') AS stepped_up, countIf(outcome = 'sanitised') AS sanitised
FROM rescind.events FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') GROUP BY tenant, minute, agent, cohort;

CREATE OR REPLACE VIEW rescind.v_agent_actions AS
SELECT tenant, toStartOfMinute(time) AS minute, agent, cohort, action, count() AS events,
  countIf(outcome = 'denied') AS denied, countIf(outcome = 'failed') AS failed
FROM rescind.events FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') GROUP BY tenant, minute, agent, cohort, action;

CREATE OR REPLACE VIEW rescind.v_agent_tools AS
SELECT tenant, toStartOfHour(time) AS hour, agent, cohort, server, tool, action, count() AS events,
  countIf(outcome = 'denied') AS denied, sum(result_bytes) AS bytes, sum(result_records) AS records, max(time) AS last_seen
FROM rescind.events FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') AND tool != '' GROUP BY tenant, hour, agent, cohort, server, tool, action;

CREATE OR REPLACE VIEW rescind.v_traces AS
SELECT tenant, toStartOfHour(time) AS hour, trace, min(time) AS started, max(time) AS ended, groupUniqArray(toString(agent)) AS agents,
  arrayFilter(p -> p != '', groupUniqArray(toString(principal))) AS principals, argMax(chain, length(chain)) AS longest_chain,
  count() AS events, countIf(outcome = 'denied') AS denied
FROM rescind.events FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') AND trace != '' GROUP BY tenant, hour, trace;

CREATE OR REPLACE VIEW rescind.v_points AS
SELECT tenant, toStartOfMinute(time) AS minute, point, count() AS events, max(recorded) AS last_seen,
  minIf(point_seq, point_seq > 0) AS lowest_seq, max(point_seq) AS highest_seq,
  if(highest_seq = 0, 0, toInt64(highest_seq - lowest_seq) + 1 - toInt64(uniqExactIf(point_seq, point_seq > 0))) AS missing
FROM rescind.events FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') AND point != '' GROUP BY tenant, minute, point;

CREATE OR REPLACE VIEW rescind.v_agent_findings AS
SELECT tenant, minute, agent, cohort, detector, mode, rule, length(maxMapMerge(evidence) AS by_id) AS findings,
  arraySum(mapValues(by_id)) AS bits, arrayMax(mapValues(by_id)) AS max_bits
FROM rescind.finding_minutes GROUP BY tenant, minute, agent, cohort, detector, mode, rule;

CREATE OR REPLACE VIEW rescind.v_detector_findings AS
SELECT tenant, minute, detector, mode, uniqExact(agent) AS agents, length(maxMapMerge(evidence) AS by_id) AS findings,
  arraySum(mapValues(by_id)) AS bits, arrayMax(mapValues(by_id)) AS max_bits
FROM rescind.finding_minutes GROUP BY tenant, minute, detector, mode;

CREATE OR REPLACE VIEW rescind.v_agent_risk AS
SELECT tenant, minute, agent, cohort, mode, evidence_bits, findings,
  exponentialTimeDecayedSum(31162.21288320161)(evidence_bits, minute) OVER (PARTITION BY tenant, agent, mode ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS standing_bits
FROM (SELECT tenant, minute, agent, any(toString(f.cohort)) AS cohort, mode, arraySum(mapValues(maxMapMerge(evidence) AS by_id)) AS evidence_bits, length(by_id) AS findings
  FROM rescind.finding_minutes AS f GROUP BY tenant, minute, agent, mode);

CREATE OR REPLACE VIEW rescind.v_commands AS
SELECT * EXCEPT (d, l) FROM (SELECT tenant, command, argMaxMerge(decision) AS d, argMaxMerge(latest) AS l,
  d.caused AS caused, d.agent AS agent, d.principal AS principal, d.task AS task, d.rung AS rung, d.mode AS mode, d.automatic AS automatic,
  d.bits AS bits, d.because AS because, d.policy AS policy, d.expires AS expires, l.state AS state, l.since AS since, l.why AS why,
  min(c.proposed) AS proposed_at, min(c.issued) AS issued_at, min(c.delivered) AS delivered_at, min(c.applied) AS applied_at,
  min(c.refused) AS refused_at, min(c.failed) AS failed_at, min(c.released) AS released_at, min(c.expired) AS expired_at,
  min(c.logged) AS logged_at, toBool(max(c.held)) AS held, groupUniqArrayArray(c.applied_by) AS applied_by, groupUniqArrayArray(c.refused_by) AS refused_by,
  toString(max(c.approved_by)) AS approved_by, toString(max(c.released_by)) AS released_by, uniqExactMerge(c.ids) AS updates,
  dateDiff('millisecond', caused, applied_at) AS effect_ms, dateDiff('millisecond', logged_at, applied_at) AS answer_ms,
  toBool(state IN ('issued', 'delivered', 'refused', 'failed')) AS unanswered
FROM rescind.command_lives AS c GROUP BY tenant, command);

CREATE OR REPLACE VIEW rescind.v_effect AS
SELECT tenant, toStartOfMinute(caused) AS minute, rung, mode, count() AS commands, countIf(applied_at IS NOT NULL) AS applied,
  countIf(unanswered) AS unanswered, countIf(held) AS held, countIf(released_at IS NOT NULL) AS released,
  quantileExact(0.5)(effect_ms) AS effect_p50_ms, quantileExact(0.99)(effect_ms) AS effect_p99_ms, max(effect_ms) AS effect_max_ms
FROM (SELECT * EXCEPT (d, l) FROM (SELECT tenant, command, argMaxMerge(decision) AS d, argMaxMerge(latest) AS l,
  d.caused AS caused, d.agent AS agent, d.principal AS principal, d.task AS task, d.rung AS rung, d.mode AS mode, d.automatic AS automatic,
  d.bits AS bits, d.because AS because, d.policy AS policy, d.expires AS expires, l.state AS state, l.since AS since, l.why AS why,
  min(c.proposed) AS proposed_at, min(c.issued) AS issued_at, min(c.delivered) AS delivered_at, min(c.applied) AS applied_at,
  min(c.refused) AS refused_at, min(c.failed) AS failed_at, min(c.released) AS released_at, min(c.expired) AS expired_at,
  min(c.logged) AS logged_at, toBool(max(c.held)) AS held, groupUniqArrayArray(c.applied_by) AS applied_by, groupUniqArrayArray(c.refused_by) AS refused_by,
  toString(max(c.approved_by)) AS approved_by, toString(max(c.released_by)) AS released_by, uniqExactMerge(c.ids) AS updates,
  dateDiff('millisecond', caused, applied_at) AS effect_ms, dateDiff('millisecond', logged_at, applied_at) AS answer_ms,
  toBool(state IN ('issued', 'delivered', 'refused', 'failed')) AS unanswered
FROM rescind.command_lives AS c GROUP BY tenant, command)) WHERE issued_at IS NOT NULL GROUP BY tenant, minute, rung, mode;

CREATE OR REPLACE VIEW rescind.v_point_answers AS
SELECT tenant, toStartOfMinute(time) AS minute, point, outcome, count() AS receipts
FROM rescind.receipts FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC') GROUP BY tenant, minute, point, outcome;

CREATE OR REPLACE VIEW rescind.v_finding_verdicts AS
SELECT f.tenant AS tenant, f.id AS finding, f.time AS time, f.agent AS agent, f.cohort AS cohort, f.detector AS detector,
  f.version AS version, f.mode AS mode, f.bits AS bits, f.because AS because, v.verdict.verb AS verdict, v.verdict.actor AS actor,
  v.verdict.reason AS reason, v.verdict.time AS reviewed_at, v.reviews AS reviews
FROM (SELECT * FROM rescind.findings FINAL) AS f
INNER JOIN (SELECT tenant, finding, argMaxMerge(verdict) AS verdict, uniqExactMerge(ids) AS reviews FROM rescind.finding_verdicts GROUP BY tenant, finding) AS v
ON f.tenant = v.tenant AND f.id = v.finding;

CREATE OR REPLACE VIEW rescind.v_detector_noise AS
SELECT f.tenant AS tenant, toDate(f.time) AS day, f.detector AS detector, f.version AS version, f.mode AS mode, count() AS findings,
  countIf(v.verb != '') AS reviewed, countIf(v.verb = 'right') AS right, countIf(v.verb = 'wrong') AS wrong,
  if(reviewed = 0, NULL, wrong / reviewed) AS noise
FROM (SELECT tenant, time, id, detector, version, mode FROM rescind.findings FINAL WHERE time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC')) AS f
LEFT JOIN (SELECT tenant, finding, argMaxMerge(verdict).verb AS verb FROM rescind.finding_verdicts GROUP BY tenant, finding) AS v
ON f.tenant = v.tenant AND f.id = v.finding
GROUP BY tenant, day, detector, version, mode;

CREATE OR REPLACE VIEW rescind.v_dead_letters_per_minute AS
SELECT minute, stage, code, format, uniqExactMerge(ids) AS letters
FROM rescind.dead_letter_minutes GROUP BY minute, stage, code, format;

CREATE OR REPLACE VIEW rescind.v_history_lag AS
SELECT 'events' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(tenant, id) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM rescind.events GROUP BY minute
UNION ALL
SELECT 'findings' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(tenant, id) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM rescind.findings GROUP BY minute
UNION ALL
SELECT 'commands' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(tenant, id) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM rescind.commands GROUP BY minute
UNION ALL
SELECT 'receipts' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(tenant, id) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM rescind.receipts GROUP BY minute
UNION ALL
SELECT 'reviews' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(tenant, id) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM rescind.reviews GROUP BY minute
UNION ALL
SELECT 'dead_letters' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(id) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM rescind.dead_letters GROUP BY minute;

INSERT INTO rescind.schema_migrations (id, name) VALUES (4, 'views');

ALTER TABLE rescind.commands ADD COLUMN IF NOT EXISTS outcome LowCardinality(String) AFTER point;

INSERT INTO rescind.schema_migrations (id, name) VALUES (5, 'what a point said of a command');

CREATE TABLE IF NOT EXISTS rescind.command_courses (
  tenant LowCardinality(String),
  command String CODEC(ZSTD(1)),
  decision AggregateFunction(argMax, Tuple(caused DateTime64(3, 'UTC'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, 'UTC')), UInt64),
  latest AggregateFunction(argMax, Tuple(state String, since DateTime64(3, 'UTC'), why String), Tuple(UInt64, DateTime64(3, 'UTC'))),
  proposed SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  issued SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  expired SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  released SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  delivered SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  applied SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  refused SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  failed SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  applied_everywhere SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  logged SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))),
  held SimpleAggregateFunction(max, Bool),
  applied_by SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
  refused_by SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
  approved_by SimpleAggregateFunction(max, String),
  released_by SimpleAggregateFunction(max, String),
  ids AggregateFunction(uniqExact, String),
  recorded SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1))
)
ENGINE = AggregatingMergeTree()
PARTITION BY toMonday(recorded)
ORDER BY (tenant, command)
TTL toDateTime(recorded) + toIntervalDay(400)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rescind.command_courses_feed TO rescind.command_courses AS
SELECT tenant, command,
  argMaxState(CAST((caused, agent, principal, task, rung, mode, automatic, bits, because, policy, expires), 'Tuple(caused DateTime64(3, \'UTC\'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, \'UTC\'))'), if(issue, seq + 1, 0)) AS decision,
  argMaxState(CAST((state, time, why), 'Tuple(state String, since DateTime64(3, \'UTC\'), why String)'), (seq, time)) AS latest,
  min(if(state = 'proposed', time, NULL)) AS proposed,
  min(if(state = 'issued', time, NULL)) AS issued,
  min(if(state = 'expired', time, NULL)) AS expired,
  min(if(state = 'released', time, NULL)) AS released,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'delivered', time, NULL)) AS delivered,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'applied', time, NULL)) AS applied,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'refused', time, NULL)) AS refused,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'failed', time, NULL)) AS failed,
  min(if(state = 'applied', time, NULL)) AS applied_everywhere,
  min(if(issue, commands.recorded, NULL)) AS logged,
  max(state = 'proposed' AND startsWith(why, 'the brake')) AS held,
  groupUniqArrayIf(toString(point), if(outcome = '', toString(state), toString(outcome)) = 'applied') AS applied_by,
  groupUniqArrayIf(toString(point), if(outcome = '', toString(state), toString(outcome)) IN ('refused', 'failed')) AS refused_by,
  max(if(state = 'issued', toString(actor), '')) AS approved_by,
  max(if(state = 'released', toString(actor), '')) AS released_by,
  uniqExactState(id) AS ids, max(commands.recorded) AS recorded
FROM rescind.commands
GROUP BY tenant, command;

INSERT INTO rescind.command_courses
SELECT tenant, command,
  argMaxState(CAST((caused, agent, principal, task, rung, mode, automatic, bits, because, policy, expires), 'Tuple(caused DateTime64(3, \'UTC\'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, \'UTC\'))'), if(issue, seq + 1, 0)) AS decision,
  argMaxState(CAST((state, time, why), 'Tuple(state String, since DateTime64(3, \'UTC\'), why String)'), (seq, time)) AS latest,
  min(if(state = 'proposed', time, NULL)) AS proposed,
  min(if(state = 'issued', time, NULL)) AS issued,
  min(if(state = 'expired', time, NULL)) AS expired,
  min(if(state = 'released', time, NULL)) AS released,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'delivered', time, NULL)) AS delivered,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'applied', time, NULL)) AS applied,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'refused', time, NULL)) AS refused,
  min(if(if(outcome = '', toString(state), toString(outcome)) = 'failed', time, NULL)) AS failed,
  min(if(state = 'applied', time, NULL)) AS applied_everywhere,
  min(if(issue, commands.recorded, NULL)) AS logged,
  max(state = 'proposed' AND startsWith(why, 'the brake')) AS held,
  groupUniqArrayIf(toString(point), if(outcome = '', toString(state), toString(outcome)) = 'applied') AS applied_by,
  groupUniqArrayIf(toString(point), if(outcome = '', toString(state), toString(outcome)) IN ('refused', 'failed')) AS refused_by,
  max(if(state = 'issued', toString(actor), '')) AS approved_by,
  max(if(state = 'released', toString(actor), '')) AS released_by,
  uniqExactState(id) AS ids, max(commands.recorded) AS recorded
FROM rescind.commands
GROUP BY tenant, command;

CREATE OR REPLACE VIEW rescind.v_command_updates AS
SELECT *, stored FROM rescind.commands FINAL;

CREATE OR REPLACE VIEW rescind.v_commands AS
SELECT * EXCEPT (d, l) FROM (SELECT tenant, command, argMaxMerge(decision) AS d, argMaxMerge(latest) AS l,
  d.caused AS caused, d.agent AS agent, d.principal AS principal, d.task AS task, d.rung AS rung, d.mode AS mode, d.automatic AS automatic,
  d.bits AS bits, d.because AS because, d.policy AS policy, d.expires AS expires, l.state AS state, l.since AS since, l.why AS why,
  min(c.proposed) AS proposed_at, min(c.issued) AS issued_at, min(c.delivered) AS delivered_at, min(c.applied) AS applied_at,
  min(c.applied_everywhere) AS applied_everywhere_at,
  min(c.refused) AS refused_at, min(c.failed) AS failed_at, min(c.released) AS released_at, min(c.expired) AS expired_at,
  min(c.logged) AS logged_at, toBool(max(c.held)) AS held, groupUniqArrayArray(c.applied_by) AS applied_by, groupUniqArrayArray(c.refused_by) AS refused_by,
  toString(max(c.approved_by)) AS approved_by, toString(max(c.released_by)) AS released_by, uniqExactMerge(c.ids) AS updates,
  dateDiff('millisecond', caused, applied_at) AS effect_ms, dateDiff('millisecond', logged_at, applied_at) AS answer_ms,
  toBool(state IN ('issued', 'delivered', 'refused', 'failed')) AS unanswered, toBool(state = 'partly-applied') AS partly
FROM rescind.command_courses AS c GROUP BY tenant, command);

CREATE OR REPLACE VIEW rescind.v_effect AS
SELECT tenant, toStartOfMinute(caused) AS minute, rung, mode, count() AS commands, countIf(applied_at IS NOT NULL) AS applied,
  countIf(partly) AS partly, countIf(unanswered) AS unanswered, countIf(held) AS held, countIf(released_at IS NOT NULL) AS released,
  quantileExact(0.5)(effect_ms) AS effect_p50_ms, quantileExact(0.99)(effect_ms) AS effect_p99_ms, max(effect_ms) AS effect_max_ms
FROM (SELECT * EXCEPT (d, l) FROM (SELECT tenant, command, argMaxMerge(decision) AS d, argMaxMerge(latest) AS l,
  d.caused AS caused, d.agent AS agent, d.principal AS principal, d.task AS task, d.rung AS rung, d.mode AS mode, d.automatic AS automatic,
  d.bits AS bits, d.because AS because, d.policy AS policy, d.expires AS expires, l.state AS state, l.since AS since, l.why AS why,
  min(c.proposed) AS proposed_at, min(c.issued) AS issued_at, min(c.delivered) AS delivered_at, min(c.applied) AS applied_at,
  min(c.applied_everywhere) AS applied_everywhere_at,
  min(c.refused) AS refused_at, min(c.failed) AS failed_at, min(c.released) AS released_at, min(c.expired) AS expired_at,
  min(c.logged) AS logged_at, toBool(max(c.held)) AS held, groupUniqArrayArray(c.applied_by) AS applied_by, groupUniqArrayArray(c.refused_by) AS refused_by,
  toString(max(c.approved_by)) AS approved_by, toString(max(c.released_by)) AS released_by, uniqExactMerge(c.ids) AS updates,
  dateDiff('millisecond', caused, applied_at) AS effect_ms, dateDiff('millisecond', logged_at, applied_at) AS answer_ms,
  toBool(state IN ('issued', 'delivered', 'refused', 'failed')) AS unanswered, toBool(state = 'partly-applied') AS partly
FROM rescind.command_courses AS c GROUP BY tenant, command)) WHERE issued_at IS NOT NULL GROUP BY tenant, minute, rung, mode;

CREATE OR REPLACE VIEW rescind.v_command_points AS
SELECT tenant, command, point, argMax(said, (seq, time)) AS outcome, argMax(time, (seq, time)) AS since,
  argMax(why, (seq, time)) AS why, toBool(max(said = 'awaited')) AS expected
FROM (SELECT tenant, command, toString(point) AS point, seq, time, if(outcome = '', toString(state), toString(outcome)) AS said, why FROM rescind.commands FINAL WHERE point != ''
  UNION ALL SELECT tenant, command, arrayJoin(JSONExtract(body, 'awaits', 'Array(String)')) AS point, seq, time, 'awaited' AS said, '' AS why
  FROM rescind.commands FINAL WHERE issue)
GROUP BY tenant, command, point;

DROP TABLE IF EXISTS rescind.command_lives_feed SYNC;

DROP TABLE IF EXISTS rescind.command_lives SYNC;

INSERT INTO rescind.schema_migrations (id, name) VALUES (6, 'state of a command per point');
