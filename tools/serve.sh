#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# serve.sh BUILD: assayd in the foreground, in a directory that is taken away
# at the end, with the zone of `assay demo` as its world.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$1
dir=$(mktemp -d /tmp/assay-serve.XXXXXX)
chmod 755 "$dir"
trap 'rm -rf "$dir"' EXIT
cat >"$dir/assay.conf" <<END
authserv-id mx.reader.example
listen milter unix:$dir/milter.sock
resolver zone:$top/app/assay/demo/demo.zone
state-directory $dir/state
run-directory $dir
status-socket $dir/status.sock
END
echo "==> milter: unix:$dir/milter.sock"
echo "==> look:   curl --unix-socket $dir/status.sock http://localhost/metrics"
echo "==> end:    ^C"
"$build/app/assayd/assayd" -f -c "$dir/assay.conf" || exit $?
