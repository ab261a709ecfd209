#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bytes.sh: only lib/base (and the two foreign rooms) may index bytes; no
# #ifdef, goto or default: in lib.
set -eu
cd "$(dirname "$0")/.."
git ls-files -co --exclude-standard 'lib/*.[ch]' |
    grep -v '^lib/base/\|^lib/ext/\|^lib/crypto/\|_test\.c$\|_fuzz\.c$' |
    xargs grep -nE '\.ptr\[|->ptr\[|\.ptr *[-+]|#ifdef|^[[:space:]]*goto |^[[:space:]]*default:' &&
    exit 1
exit 0
