# Two commands matter: `make run` serves the demo district, `make test` passes the tests. Both set up everything.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
HOST ?= 127.0.0.1
DEMO ?= demo
PYTEST = .venv/bin/python -m pytest

.PHONY: help setup system demo run test test-long lint types contracts check format bench bundle lock clean

help: ## 显示可用的命令 / show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | column -t -s "$$(printf '\t')"

setup: .venv/.ready ## 准备环境 / prepare the environment

.venv/.ready: requirements.lock pyproject.toml package.json package-lock.json tools/setup.sh tools/vendor.py
	tools/setup.sh

system: ## 安装测试所需的系统软件 / install what tests need from the system
	tools/system.sh

demo: $(DEMO)/.ready ## 生成并导入演示区 / make and import the demo district

$(DEMO)/.ready: | setup
	rm -f $(DEMO)/district.gpkg $(DEMO)/district.gpkg-*
	.venv/bin/gridgis demo $(DEMO) --db $(DEMO)/district.gpkg
	touch $@

run: setup demo ## 运行演示区 / serve the demo district
	@cat $(DEMO)/accounts.csv
	GRIDGIS_NOW="$${GRIDGIS_NOW:-2020-06-30T14:00:00+08:00}" .venv/bin/gridgis serve $(DEMO)/district.gpkg --host $(HOST) --port $(PORT)

test: setup system ## 全部测试 / all tests
	$(PYTEST) -m "not long" -n 2 --dist worksteal

test-long: setup system ## 长时间的测试 / the long tests
	$(PYTEST) -m long

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: setup
	.venv/bin/mypy

contracts: setup
	.venv/bin/lint-imports

check: lint types contracts ## 静态检查 / linters, types, import contracts

format: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup ## 基准 / benchmarks
	for name in locate routing response; do .venv/bin/gridgis bench $$name; done

bundle: setup ## 离线安装包 / one archive that installs with no network
	.venv/bin/python tools/bundle.py

lock: ## 更新依赖锁 / renew requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -o requirements.lock
	echo routingkit-cch | uv pip compile - --no-deps --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -o tools/fast.lock

clean: ## 删除环境与演示数据 / remove the environment and the demo
	rm -rf .venv $(DEMO) node_modules maps/web/vendor
