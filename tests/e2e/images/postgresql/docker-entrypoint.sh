#!/bin/bash
# Starts PostgreSQL; on an empty PGDATA it first makes the cluster, the user and the database that the variables name.
#
# POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE) is required then; POSTGRES_USER is postgres by default, POSTGRES_DB the
# user's name. Files of /docker-entrypoint-initdb.d (*.sql, *.sh) run once, in order. TCP asks for the password
# (scram), the socket in /var/run/postgresql trusts. Any user but root will do.
set -euo pipefail

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# PostgreSQL wants a name for its user, which an arbitrary uid has not.
name_our_user() {
  getent passwd "$(id -u)" >/dev/null && return
  export NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/tmp/group
  printf 'postgres:x:%s:%s:PostgreSQL:/tmp:/bin/false\n' "$(id -u)" "$(id -g)" >"$NSS_WRAPPER_PASSWD"
  printf 'postgres:x:%s:\n' "$(id -g)" >"$NSS_WRAPPER_GROUP"
  LD_PRELOAD=$(echo /usr/lib/*/libnss_wrapper.so)
  export LD_PRELOAD
}

run_sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$user" --no-password "$@"; }

make_cluster() {
  local password=${POSTGRES_PASSWORD:-}
  [[ -z ${POSTGRES_PASSWORD_FILE:-} ]] || password=$(<"$POSTGRES_PASSWORD_FILE")
  [[ -n $password ]] || fail 'POSTGRES_PASSWORD is empty; a new cluster needs a password for its superuser.'
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" || true
  initdb --pgdata "$PGDATA" --username "$user" --pwfile <(printf '%s\n' "$password") --auth-host scram-sha-256 \
    --auth-local trust --encoding UTF8 --locale C.UTF-8 --data-checksums --no-instructions
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  printf "listen_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n" >>"$PGDATA/postgresql.conf"
}

fill_cluster() {
  local file
  pg_ctl --pgdata "$PGDATA" --silent --wait --options "-c listen_addresses=''" start
  if [[ -z $(run_sql --dbname postgres --tuples-only -v name="$database" \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'name'") ]]; then
    run_sql --dbname postgres -v name="$database" <<<'CREATE DATABASE :"name"'
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sql) run_sql --dbname "$database" --file "$file" ;;
      *.sh) bash "$file" ;;
    esac
  done
  pg_ctl --pgdata "$PGDATA" --silent --wait --mode fast stop
}

[[ ${1:-} != -* ]] || set -- postgres "$@"
[[ ${1:-} == postgres ]] || exec "$@"
[[ $(id -u) != 0 ]] || fail 'PostgreSQL does not run as root; this image runs as uid 999.'
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
name_our_user
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  make_cluster
  fill_cluster
fi
exec "$@"
