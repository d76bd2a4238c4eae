#!/usr/bin/env bash
# Prepare .venv from the lock and the browser's assets from theirs; nothing else. Run by `make setup`.
set -euo pipefail
cd "$(dirname "$0")/.."

python="${PYTHON:-}"
if [ -z "$python" ]; then
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null 2>&1; then python="$candidate"; break; fi
    done
fi
if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "需要 Python 3.11 或更新的版本 / Python 3.11 or newer is needed (PYTHON=… names it)" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ]; then
    "$python" -m venv .venv || {
        echo "这个 Python 缺少 venv 模块 (Debian: apt install python3-venv) / this Python lacks the venv module" >&2
        exit 1
    }
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
GRIDGIS_SKIP_VENDOR=1 .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
.venv/bin/python tools/vendor.py
.venv/bin/python -c "from gridgis.planning.compiling import compile_kernels; compile_kernels()" # kept on disk
touch .venv/.ready
