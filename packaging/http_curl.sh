#!/usr/bin/env bash
# usage: packaging/http_curl.sh DIRECTORY
#
# Makes DIRECTORY/libcurl.so.4: Debian's libcurl of the version that is installed, from Debian's source, with HTTP, TLS and
# nothing else. The agent asks for HTTP/1.1 with basic or bearer authentication; Debian's build brings Kerberos, LDAP, RTMP,
# SSH, GnuTLS and what these need along, 11 MB in all. DIRECTORY/package names the source. Where no archive serves the source
# (many mirrors leave deb-src out) DIRECTORY stays empty, which image_root.sh takes for Debian's own libcurl. Needs the
# packages of `./dev setup build`, and root.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2p' "$0" >&2; exit 2; }
mkdir -p "$1"
to=$(cd "$1" && pwd)
from=$(mktemp -d)
trap 'rm -rf "$from"' EXIT

# Lists of sources of its own: those of the machine stay as they are, and none of theirs is asked again.
mkdir -p "$from"/apt/{sources.list.d,lists/partial}
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  [ ! -f "$list" ] || sed 's/^Types: .*/Types: deb-src/; s/^deb /deb-src /' "$list" >"$from/apt${list#/etc/apt}"
done
sources=(-o "Dir::Etc::SourceList=$from/apt/sources.list" -o "Dir::Etc::SourceParts=$from/apt/sources.list.d"
  -o "Dir::State::Lists=$from/apt/lists" -o Dir::Cache::PkgCache= -o Dir::Cache::SrcPkgCache=)
package=$(dpkg-query --show --showformat '${source:Package}=${source:Version}' libcurl4-openssl-dev)
cd "$from"
apt-get "${sources[@]}" update -q || true # what one archive lacks another may have
if ! apt-get "${sources[@]}" source --yes --download-only "$package"; then
  echo "http_curl: no archive serves the source of $package (deb-src): the image gets Debian's libcurl with all its" \
    "protocols, 11 MB more" >&2
  exit 0
fi
apt-get install --yes --no-install-recommends dpkg-dev make
dpkg-source --extract ./*.dsc curl
cd curl
for flavour in 99_nss 90_gnutls; do # Debian undoes these two for the flavour with OpenSSL
  patch --quiet --strip 1 --reverse <"debian/patches/$flavour.patch"
done

# What a proxy, a name server or an old address family may need stays in: HTTP alone does not mean plain HTTP alone.
./configure --quiet --disable-option-checking --disable-dependency-tracking --disable-maintainer-mode --disable-static \
  --prefix=/usr --enable-versioned-symbols --enable-threaded-resolver --with-openssl --with-zlib \
  --with-ca-path=/etc/ssl/certs --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt \
  --without-{brotli,zstd,libpsl,libidn2,librtmp,libssh,libssh2,nghttp2,gssapi,zsh-functions-dir,fish-functions-dir} \
  --disable-{dict,file,ftp,gopher,imap,ldap,ldaps,mqtt,pop3,rtsp,smb,smtp,telnet,tftp,ntlm,tls-srp,manual,libcurl-option} \
  CFLAGS="-g0 -O2 -fstack-protector-strong -ffile-prefix-map=$PWD=. -DCURL_PATCHSTAMP='\"${package#*=}\"'" \
  CPPFLAGS=-D_FORTIFY_SOURCE=2 LDFLAGS='-Wl,-z,relro -Wl,-z,now -Wl,--as-needed'
make --silent -C lib -j "$(nproc)"
strip --strip-unneeded -o "$to/libcurl.so.4" lib/.libs/libcurl.so.4
echo "$package" >"$to/package"
