#!/bin/sh
# Installs the programs that the tests start by themselves: PostgreSQL, RabbitMQ and
# Chromium, and a Chinese font for it. As root on Debian, and only what is absent; elsewhere
# it says what the tests will leave out. Starts no server, and leaves those that run alone.
set -eu

POLICY=/usr/sbin/policy-rc.d
NO_CLUSTER=/etc/postgresql-common/createcluster.d/plenary-tests.conf

say() {
    printf '%s\n' "$*" >&2
}

missing=""
if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    missing="$missing postgresql"
fi
if ! PATH="$PATH:/usr/sbin" command -v rabbitmq-server >/dev/null; then
    missing="$missing rabbitmq-server"
fi
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null &&
    ! command -v google-chrome >/dev/null; then
    missing="$missing chromium"
fi
# Chinese pages are looked at as well, and without a font they are boxes.
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh-tw family 2>/dev/null)" ]; then
    missing="$missing fontconfig fonts-wqy-zenhei"
fi
# `make bench` loads the services with wrk.
if [ "${1:-}" = bench ] && ! command -v wrk >/dev/null; then
    missing="$missing wrk"
fi
if [ -z "$missing" ]; then
    exit 0
fi

# Without a program the tests go on: each says what it skips, or fails if NO_TEST_SKIP=1.
go_without() {
    say "$1"
    say "Not installed:$missing. The tests that need them are skipped (or fail, if NO_TEST_SKIP=1)."
    exit 0
}

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    go_without "Only root on Debian can have these programs installed for it."
fi

ours=""
leave_as_found() {
    for file in $ours; do
        rm -f "$file"
    done
}
trap leave_as_found EXIT
trap 'exit 130' INT TERM HUP

# Debian starts a server as soon as it is installed, unless this program forbids it.
if [ ! -e "$POLICY" ]; then
    ours="$ours $POLICY"
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
fi
answer=0
"$POLICY" rabbitmq-server start >/dev/null 2>&1 || answer=$?
if [ "$answer" -ne 101 ]; then
    go_without "$POLICY lets packages start their servers, so nothing was installed."
fi
if [ ! -e "$NO_CLUSTER" ]; then
    ours="$ours $NO_CLUSTER"
    mkdir -p "$(dirname "$NO_CLUSTER")"
    printf 'create_main_cluster = false\n' >"$NO_CLUSTER"
fi

say "Installing$missing (no server is started)."
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing >/dev/null; }; then
    go_without "apt-get could not install them."
fi
