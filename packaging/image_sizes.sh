#!/usr/bin/env bash
# usage: packaging/image_sizes.sh DIRECTORY
#
# Prints what the root of an image weighs, by component, and why it is larger than it need be.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2p' "$0" >&2; exit 2; }
root=$1
size() { find "$@" -type f -printf '%s\n' | awk '{sum += $1} END {printf "%5.1f MB", sum / 1e6}'; }
echo "$(size "$root/usr/bin")  the agent"
echo "$(size "$root"/usr/lib/*/libcurl.so.4)  libcurl"
echo "$(size "$root"/usr/lib/*/lib{ssl,crypto}.so.3)  OpenSSL"
echo "$(size "$root"/usr/lib/*/lib{c,m,stdc++,gcc_s}.so.*)  C and C++ runtime"
echo "$(size "$root")  all, with $(find "$root"/usr/lib* -type f -name '*.so*' | wc -l) libraries"
if compgen -G "$root/usr/lib/*/libldap-*" >/dev/null; then
  echo "         libcurl is Debian's with all its protocols, 11 MB more: no archive served its source (deb-src)"
fi
