#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deb.sh [DIR]: builds the Debian packages of what is committed, in DIR
# (default build/deb), and asks lintian, whose errors fail it.
set -eu
cd "$(dirname "$0")/.."
out=${1:-build/deb}
for tool in dpkg-buildpackage dh lintian; do
	command -v $tool >/dev/null || {
		echo "$0: install dpkg-dev debhelper lintian fakeroot" >&2
		exit 2
	}
done
rm -rf "$out"
mkdir -p "$out/assay"
out=$(cd "$out" && pwd)
git archive HEAD | tar -x -C "$out/assay"
cp -r "$out/assay/packaging/debian" "$out/assay/debian"
cd "$out/assay"
DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS:-nocheck} \
    dpkg-buildpackage -us -uc -rfakeroot >"$out/build.log" 2>&1 || {
	tail -30 "$out/build.log"
	exit 1
}
cd ..
ls ./*.deb
lintian --fail-on error --suppress-tags bad-distribution-in-changes-file \
    ./*.changes
