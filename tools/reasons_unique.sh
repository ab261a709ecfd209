#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reasons_unique.sh: no code, identifier or name stands twice.
set -eu
cd "$(dirname "$0")/.."
f=include/assay/reasons.def
bad=0
for field in 1 2 3; do
	twice=$(sed -n 's/^X(\([0-9]*\), *\([A-Z0-9_]*\), *\("[a-z0-9-]*"\).*/\1 \2 \3/p' \
	    "$f" | awk "{ print \$$field }" | sort | uniq -d)
	[ -z "$twice" ] || { echo "twice in $f: $twice"; bad=1; }
done
exit $bad
