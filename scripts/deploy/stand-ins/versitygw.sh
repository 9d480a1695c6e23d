#!/bin/bash
# In place of Versity's gateway: Ceph's radosgw, a production S3, behind the command line and the two keys that
# compose.yaml gives. One monitor and one store, in the folder that `posix` names. The store is in memory and goes
# to the folder at a stop: the usual one waits for its disk by a system call that older profiles of seccomp refuse.
set -euo pipefail
if [[ "$*" != "--port :7070 --health /health posix /data" ]]; then
  echo "this stand-in knows one command line, which is not: $*" >&2
  exit 1
fi
: "${ROOT_ACCESS_KEY:?}" "${ROOT_SECRET_KEY:?}"
conf=/data/ceph.conf
# Only what runs in here talks to the monitor and the store.
host=127.0.0.1
ceph() { command ceph -c "$conf" --connect-timeout 60 "$@"; }

create() {
  mkdir -p /data/mon /data/osd /data/run
  local cluster osd=/data/osd.id
  cluster=$(cat /proc/sys/kernel/random/uuid)
  cat /proc/sys/kernel/random/uuid > "$osd"
  cat > "$conf" <<END
[global]
fsid = $cluster
mon host = [v2:$host:3300/0,v1:$host:6789/0]
public addr = $host
cluster addr = $host
keyring = /data/keyring
mon data = /data/mon
osd data = /data/osd
run dir = /data/run
crash dir = /data/run
rgw data = /data/run
admin socket =
log to file = false
log to stderr = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd mclock skip benchmark = true
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
paxos propose interval = 0.05
paxos min wait = 0.02
osd objectstore = memstore
memstore device bytes = 2147483648
END
  ceph-authtool --create-keyring /data/keyring --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool /data/keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
  ceph-authtool /data/keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
  monmaptool -c "$conf" --create --clobber --fsid "$cluster" --addv a "[v2:$host:3300,v1:$host:6789]" /data/monmap
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$(cat "$osd")" --no-mon-config
  ceph-mon -c "$conf" -i a --mkfs --monmap /data/monmap --keyring /data/keyring
}

daemons=()
stop() {
  trap '' TERM INT
  # The gateway first, the monitor last.
  for ((n = ${#daemons[@]} - 1; n >= 0; n--)); do
    kill "${daemons[n]}" 2>/dev/null || true
    wait "${daemons[n]}" 2>/dev/null || true
  done
  exit 0
}
trap stop TERM INT

fresh=false
[[ -e /data/complete ]] || fresh=true
$fresh && create
ceph-mon -c "$conf" -i a -f & daemons+=($!)
if $fresh; then
  ceph osd new "$(cat /data/osd.id)"
else
  # The monitor still believes in the store of before.
  ceph osd down 0
fi
ceph-osd -c "$conf" -i 0 -f & daemons+=($!)
until ceph osd stat | grep -q ' 1 up'; do sleep 0.2; done
if $fresh; then
  radosgw-admin -c "$conf" user create --uid=root --display-name=root \
    --access-key="$ROOT_ACCESS_KEY" --secret-key="$ROOT_SECRET_KEY" > /dev/null
fi
# Without tcp_nodelay every answer with a body is held back 40 ms.
radosgw -c "$conf" -n client.admin -f --rgw-frontends 'beast port=7070 tcp_nodelay=1' & daemons+=($!)
until curl -s -o /dev/null http://127.0.0.1:7070/; do sleep 0.2; done
# What answers at /health is a bucket that everybody may list.
curl -sf -X PUT -H 'x-amz-acl: public-read' --aws-sigv4 aws:amz:us-east-1:s3 \
  --user "$ROOT_ACCESS_KEY:$ROOT_SECRET_KEY" http://127.0.0.1:7070/health
touch /data/complete
wait -n
echo 'a part of the stand-in has ended' >&2
exit 1
