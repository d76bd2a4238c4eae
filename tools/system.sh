#!/usr/bin/env bash
# Install what tests need from the operating system, where that may be done: Chromium, Chinese fonts, GDAL's tools,
# PostgreSQL with PostGIS (tests start a server of their own).
# Elsewhere the tests that need them say so and skip; in CI a missing part is a failure.
set -euo pipefail

# The engine that our own search is compared with, where its wheel fits (it needs glibc 2.34).
fast="$(dirname "$0")/fast.lock"
if [ -x .venv/bin/python ] && ! .venv/bin/python -c "import routingkit_cch" 2>/dev/null; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 10 --no-deps \
        --only-binary :all: --require-hashes -r "$fast" 2>/dev/null ||
        echo "没有装上 routingkit-cch，与它的对比将跳过 / routingkit-cch does not fit here, its comparison is skipped" >&2
fi

wanted=()
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || wanted+=(chromium)
command -v ogrinfo >/dev/null 2>&1 || wanted+=(gdal-bin)
if command -v fc-list >/dev/null 2>&1; then
    [ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ] || wanted+=(fonts-noto-cjk)
else
    wanted+=(fonts-noto-cjk)
fi
compgen -G "/usr/share/postgresql/*/extension/postgis.control" >/dev/null || wanted+=(postgis)
[ ${#wanted[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "本机没有 apt-get,请自行安装 / not a Debian system, please install: ${wanted[*]}" >&2
    exit 0
fi
run=()
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        run=(sudo -n)
    else
        echo "没有安装权限,需要的测试将跳过 / not permitted to install, tests that need them skip: ${wanted[*]}" >&2
        exit 0
    fi
fi
export DEBIAN_FRONTEND=noninteractive
"${run[@]}" apt-get update -qq
for at in "${!wanted[@]}"; do  # the extension is packed for the system's own version of PostgreSQL
    [ "${wanted[$at]}" = postgis ] && wanted[at]="$(
        apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | cut -d " " -f 1 | sort -V | tail -n 1
    )"
done
"${run[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
