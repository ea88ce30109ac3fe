#!/usr/bin/env bash
# usage: packaging/image_root.sh BINARY DIRECTORY [CURL]
#
# Makes DIRECTORY the root of an image with the agent and nothing else: the stripped binary, the shared libraries that
# the loader finds for it, the authorities that TLS trusts, how names are looked up, and the bill of materials. No shell.
# CURL is a directory that http_curl.sh made: its libcurl, if it holds one, stands in the place of Debian's, which needs 26
# libraries more.
# Works for any architecture that the binary is of: paths are what the loader says.
set -euo pipefail
[ $# -eq 2 ] || [ $# -eq 3 ] || { sed -n '2p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$1
root=$2
curl=${3:-}
bundle=/etc/ssl/certs/ca-certificates.crt
[ -r "$bundle" ] || { echo "image_root: there is no $bundle: install ca-certificates" >&2; exit 1; }

umask 022
mkdir -p "$root"/usr/{bin,lib,lib64} "$root"/etc/ssl/certs "$root"/usr/share/doc/supercargo
ln -sfn usr/lib "$root/lib"
ln -sfn usr/lib64 "$root/lib64"
chmod 755 "$root"
strip -o "$root/usr/bin/supercargo" "$binary"

# Lines of ldd: "libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x...)" and, of the loader, "/lib64/ld-linux... (0x...)".
needed=$(LD_LIBRARY_PATH=$curl ldd "$binary")
if grep 'not found' <<<"$needed" >&2; then
  exit 1
fi
mapfile -t libraries < <(awk '$2 == "=>" {print $3} $1 ~ /^\// {print $1}' <<<"$needed" | sort -u)
beside=$(awk '$1 == "libcrypto.so.3" {print $3}' <<<"$needed") # any that stands where all of Debian's do
for library in "${libraries[@]}"; do
  place=$library
  [ "$library" != "$curl/libcurl.so.4" ] || place=$(dirname "$beside")/libcurl.so.4
  mkdir -p "$root$(dirname "$place")"
  cp -L "$library" "$root$place"
  chmod 755 "$root$place"
done

cp "$bundle" "$root$bundle"
mkdir -p "$root/usr/lib/ssl"
ln -sfn "$bundle" "$root/usr/lib/ssl/cert.pem" # where OpenSSL of Debian looks, when no ca_file is named
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
cp "$here/../LICENSE" "$root/usr/share/doc/supercargo/"
/usr/bin/python3 "$here/sbom.py" "$binary" "${libraries[@]}" >"$root/usr/share/doc/supercargo/sbom.spdx.json"
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
fi
"$here/image_sizes.sh" "$root"
