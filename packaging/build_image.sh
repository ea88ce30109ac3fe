#!/usr/bin/env bash
# usage: packaging/build_image.sh [--base IMAGE | --local-base] [--tag NAME] [--check]
#
# Builds the image by the Containerfile with buildah, and leaves in build/image: the image as an OCI archive, its digest
# and its bill of materials. --base names another image of Debian bookworm to build in; --local-base makes one with
# debootstrap, where no registry can be reached. --check runs the image, read-only and without rights, as root. The same
# commit on the same packages gives the same digest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n 's/^project(supercargo VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
base=docker.io/library/debian:bookworm-slim
tag=localhost/supercargo:$version
local_base=
check=
while [ $# -gt 0 ]; do
  case $1 in
    --base) base=${2:?--base needs an image} && shift 2 ;;
    --tag) tag=${2:?--tag needs a name} && shift 2 ;;
    --local-base) local_base=1 && shift ;;
    --check) check=1 && shift ;;
    *) sed -n '2p' "$0" >&2 && exit 2 ;;
  esac
done

command -v buildah >/dev/null || {
  echo "image: there is no buildah here: apt-get install buildah; podman and docker read the Containerfile, too:" >&2
  echo "  docker build --tag $tag ." >&2
  exit 1
}
# What runs in the build is apt-get and compilers: chroot needs no container runtime.
export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}

if [ -n "$local_base" ]; then
  base=localhost/supercargo-base:bookworm
  if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
    command -v debootstrap >/dev/null || { echo "image: --local-base needs debootstrap: apt-get install debootstrap" >&2; exit 1; }
    echo "image: making $base with debootstrap"
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    debootstrap --variant=minbase bookworm "$root" http://deb.debian.org/debian >/dev/null
    echo 'deb http://deb.debian.org/debian-security bookworm-security main' >>"$root/etc/apt/sources.list"
    printf 'FROM scratch\nCOPY . /\n' | buildah build --quiet --tag "$base" --file - "$root" >/dev/null
  fi
fi

out=build/image
mkdir -p "$out"
epoch=$(git -c safe.directory="$PWD" log -1 --format=%ct)
if ! buildah build --layers --timestamp "$epoch" --build-arg "SOURCE_DATE_EPOCH=$epoch" --build-arg "BASE=$base" \
  --tag "$tag" . >"$out/build.log" 2>&1; then
  tail -n 40 "$out/build.log" >&2
  echo "image: the build failed; all of it is in $out/build.log" >&2
  exit 1
fi

# The root of the image, as whoever runs it would find it.
container=$(buildah from --pull-never "$tag")
mounted=$(buildah mount "$container")
cp "$mounted/usr/share/doc/supercargo/sbom.spdx.json" "$out/"
packaging/image_sizes.sh "$mounted"
if [ -n "$check" ]; then
  export SUPERCARGO_IMAGE_ROOT=$mounted PYTHONPATH=tests/e2e PYTHONDONTWRITEBYTECODE=1
  /usr/bin/python3 tests/packaging/test_image_root.py -k test_it_holds -k test_the_agent_runs
  /usr/bin/python3 tests/packaging/test_examples.py -k test_it_runs
fi
buildah umount "$container" >/dev/null
buildah rm "$container" >/dev/null
rm -f "$out/supercargo.oci.tar"
buildah push --quiet --digestfile "$out/digest" "$tag" "oci-archive:$out/supercargo.oci.tar:$tag"
echo "image: $tag $(cat "$out/digest")"
echo "image: $out/supercargo.oci.tar, bill of materials: $out/sbom.spdx.json"
