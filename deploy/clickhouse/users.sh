#!/bin/sh
# Makes the users of users.sql. The passwords come from the environment, in plain or as files (NAME_FILE):
#   RESCIND_MIGRATOR_PASSWORD, RESCIND_WRITER_PASSWORD, RESCIND_GRAFANA_PASSWORD
# Only their digests reach the server. Arguments go to clickhouse-client, such as --host, --user, --password.
# The official image runs it at the first start when it lies in /docker-entrypoint-initdb.d, with users.sql in
# RESCIND_USERS_SQL (default: beside this file). RESCIND_USERS_PRINT=1 prints the SQL instead.
set -eu

sql="${RESCIND_USERS_SQL:-$(dirname -- "$0")/users.sql}"

digest() {
  eval "value=\${$1-}"
  eval "file=\${$1_FILE-}"
  if [ -z "$value" ] && [ -n "$file" ]; then value=$(cat -- "$file"); fi
  if [ "${#value}" -lt 12 ]; then
    echo "users.sh: $1 (or $1_FILE) must be given, at least 12 characters" >&2
    exit 1
  fi
  printf %s "$value" | sha256sum | cut -d ' ' -f 1
}

migrator=$(digest RESCIND_MIGRATOR_PASSWORD)
writer=$(digest RESCIND_WRITER_PASSWORD)
grafana=$(digest RESCIND_GRAFANA_PASSWORD)

filled() {
  sed -e "s/\${RESCIND_MIGRATOR_SHA256}/$migrator/" -e "s/\${RESCIND_WRITER_SHA256}/$writer/" \
    -e "s/\${RESCIND_GRAFANA_SHA256}/$grafana/" -- "$sql"
}

if [ "${RESCIND_USERS_PRINT-}" = 1 ]; then filled; exit; fi
if [ "$#" -eq 0 ] && [ -n "${CLICKHOUSE_USER-}" ]; then
  set -- --user "$CLICKHOUSE_USER" --password "${CLICKHOUSE_PASSWORD-}"
fi
filled | clickhouse-client "$@" --multiquery
