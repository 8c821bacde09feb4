-- Least-privilege users of Rescind's history on a ClickHouse server. Run it by users.sh, which fills in the digests of the
-- passwords (SHA-256, hexadecimal) from the environment; there are no default passwords. Run it again to change one.
-- On a cluster whose users are not replicated, run it on every host. The database is rescind (history.database).

-- What a session may use. The reader can change nothing but the time limit, downwards: Grafana sends its own.
CREATE SETTINGS PROFILE OR REPLACE rescind_writer SETTINGS
  max_memory_usage = 4000000000,
  max_execution_time = 60,
  async_insert = 0,
  deduplicate_blocks_in_dependent_materialized_views = 1;

CREATE SETTINGS PROFILE OR REPLACE rescind_reader SETTINGS
  readonly = 1,
  max_execution_time = 30 MIN 1 MAX 30 CHANGEABLE_IN_READONLY,
  max_memory_usage = 2000000000 CONST,
  max_threads = 4 CONST,
  max_result_rows = 1000000 CONST,
  max_result_bytes = 134217728 CONST,
  result_overflow_mode = 'throw' CONST,
  max_concurrent_queries_for_user = 16 CONST,
  allow_ddl = 0 CONST,
  allow_introspection_functions = 0 CONST;

-- The migrator makes and changes the schema. Materialized views insert with its rights, so the user must stay.
CREATE ROLE IF NOT EXISTS rescind_migrate;
GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW, ALTER TABLE, ALTER VIEW, SELECT, INSERT ON rescind.* TO rescind_migrate;
GRANT CLUSTER ON *.* TO rescind_migrate;

-- The monitor writes records and answers its API from them. It can delete and change nothing.
CREATE ROLE IF NOT EXISTS rescind_write;
GRANT SELECT, INSERT ON rescind.* TO rescind_write;

-- Grafana and people look. No table functions, no dictionaries, no other database.
CREATE ROLE IF NOT EXISTS rescind_read;
GRANT SELECT ON rescind.* TO rescind_read;

CREATE USER OR REPLACE rescind_migrator IDENTIFIED WITH sha256_hash BY '${RESCIND_MIGRATOR_SHA256}'
  DEFAULT ROLE NONE SETTINGS PROFILE rescind_writer;
GRANT rescind_migrate TO rescind_migrator;
ALTER USER rescind_migrator DEFAULT ROLE rescind_migrate;

CREATE USER OR REPLACE rescind_writer IDENTIFIED WITH sha256_hash BY '${RESCIND_WRITER_SHA256}'
  DEFAULT ROLE NONE SETTINGS PROFILE rescind_writer;
GRANT rescind_write TO rescind_writer;
ALTER USER rescind_writer DEFAULT ROLE rescind_write;

CREATE USER OR REPLACE grafana IDENTIFIED WITH sha256_hash BY '${RESCIND_GRAFANA_SHA256}'
  DEFAULT ROLE NONE SETTINGS PROFILE rescind_reader;
GRANT rescind_read TO grafana;
ALTER USER grafana DEFAULT ROLE rescind_read;

CREATE QUOTA OR REPLACE rescind_reader KEYED BY user_name
  FOR INTERVAL 1 MINUTE MAX queries = 1200, errors = 300, execution_time = 600
  TO grafana;
