#!/bin/sh
# As the public image: the command runs as its own user in /data.
set -eu
if [ "$(id -u)" = 0 ]; then
  chown redis: /data
  exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
fi
exec "$@"
