#!/bin/sh
# As the public image: RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS make the user, the data lies in /var/lib/rabbitmq.
set -eu
case $1 in rabbitmq*) ;; *) exec "$@" ;; esac
if [ "$(id -u)" = 0 ]; then
  chown rabbitmq: /var/lib/rabbitmq
  mkdir -p /etc/rabbitmq/conf.d
  printf 'default_user = %s\ndefault_pass = %s\nlog.console = true\n' \
    "$RABBITMQ_DEFAULT_USER" "$RABBITMQ_DEFAULT_PASS" > /etc/rabbitmq/conf.d/10-defaults.conf
  chown rabbitmq: /etc/rabbitmq/conf.d/10-defaults.conf
  chmod 600 /etc/rabbitmq/conf.d/10-defaults.conf
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups "$0" "$@"
fi
# The package's own scripts: those in /usr/sbin change the user. As under systemd the script becomes the broker itself.
PATH=/usr/lib/rabbitmq/bin:$PATH RUNNING_UNDER_SYSTEMD=1 exec "$@"
