#!/bin/sh
# Makes what docker-compose.yml needs and nobody may know: .env and deploy/secrets. What is there already is left alone;
# remove a file to get a new one. Needs sh, od, tr and sha256sum (or shasum).
set -eu
cd "$(dirname "$0")/.."
umask 077

random() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
digest() { printf %s "$1" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d ' ' -f 1; }
made() { printf 'made %s\n' "$1" >&2; }

if [ ! -e .env ]; then
  while IFS= read -r line; do
    case $line in
      # Kafka wants the base64 of 16 bytes, and none that begins like an option.
      KAFKA_CLUSTER_ID=) printf 'KAFKA_CLUSTER_ID=%sA\n' "$(random 11 | cut -c 1-21)" ;;
      *=) printf '%s%s\n' "$line" "$(random 24)" ;;
      *) ;;
    esac
  done < .env.example > .env
  made .env
fi

# A key for each who calls, and a file of their digests for the monitor. Containers run as other users, so the files
# that are handed to them may be read by all, and the directory keeps everybody else on this machine out.
mkdir -p deploy/secrets
chmod 700 deploy/secrets
keys=deploy/secrets/rescind.keys
if [ ! -e "$keys" ]; then
  {
    echo '# name sha256:<digest> scopes [tenant] [agents=…] [points=…] [cohorts=…] [expires=…] (docs/security.md).'
    echo '# The keys themselves are in the files beside, named after their holders. Who holds guard.key speaks for every agent of'
    echo '# the tenant: give each machine a key of its own agents instead (rescind keys add).'
    while read -r name rights; do
      key=$(random 32)
      printf %s "$key" > "deploy/secrets/$name.key"
      printf '%s sha256:%s %s\n' "$name" "$(digest "$key")" "$rights"
    done << 'EOT'
prometheus rescind.read - agents= points= cohorts=
guard rescind.ingest,rescind.enforce,rescind.declare default agents=* points=* cohorts=*
admin rescind.admin - agents=* points=* cohorts=*
EOT
  } > "$keys"
  chmod 444 "$keys" deploy/secrets/prometheus.key
  made deploy/secrets
fi
