#!/bin/bash
# Starts valkey-server with the arguments; options alone, or a configuration file, stand for it.
set -euo pipefail
[[ ${1:-} != -* && ${1:-} != *.conf ]] || set -- valkey-server "$@"
exec "$@"
