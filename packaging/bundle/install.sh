#!/bin/sh
# 在没有网络的机器上安装 GridGIS:./install.sh [文件夹],默认 /opt/gridgis。
# Install GridGIS with no network: ./install.sh [FOLDER], /opt/gridgis by default.
#
# 每个版本装在自己的文件夹里,current 指向在用的版本;升级和退回都只是换这个指向。
# Each version has a folder of its own and `current` points at the one in use; PYTHON=… names another Python 3.11.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
version=$(cat "$here/VERSION")
target=${1:-/opt/gridgis}
place="$target/$version"

fail() {
    echo "✗ $1" >&2
    exit 1
}

machine=$(uname -m)
[ -d "$here/wheels/$machine" ] || fail "没有 $machine 的程序包 / there are no packages for $machine"

libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
[ "$(printf '%s\n' 2.28 "${libc:-0}" | sort -V | head -n 1)" = 2.28 ] ||
    fail "需要 glibc 2.28 以上,本机是 ${libc:-其他} / glibc 2.28 is needed, here is ${libc:-another}"

python=${PYTHON:-$(command -v python3.11 || command -v python3 || true)}
[ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null ||
    fail "需要 Python 3.11(可用 PYTHON=路径 指明)/ Python 3.11 is needed (PYTHON=… names it)"
"$python" -c 'import ensurepip, venv, sqlite3, ssl' 2>/dev/null ||
    fail "这个 Python 缺少 venv、ensurepip、sqlite3 或 ssl(Debian:python3-venv)/ this Python lacks venv, ensurepip, sqlite3 or ssl"

[ ! -e "$place" ] || fail "$place 已存在,没有改动 / $place exists already and was left alone"
(cd "$here" && sha256sum --check --quiet SHA256SUMS) ||
    fail "文件损坏,请重新拷贝 / files are damaged, copy the archive again"

mkdir -p "$target"
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT TERM
"$python" -m venv "$place"
PIP_CONFIG_FILE=/dev/null "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
    --no-index --find-links "$here/wheels" --find-links "$here/wheels/$machine" "$(cat "$here/REQUIREMENT")"
"$place/bin/gridgis" --version
trap - EXIT

ln -s "$version" "$target/.current.$$"
mv -T "$target/.current.$$" "$target/current"
echo "✓ 已装在 $place;接下来见 docs/install-on-an-intranet.md / installed; docs/install-on-an-intranet.md goes on"
"$target/current/bin/gridgis" doctor
