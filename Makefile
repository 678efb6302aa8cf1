# Every command of the project. `make` alone lists them; .ci/run calls the same ones.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON_IN := .venv/bin/python
NPM := cd services/web && PATH="$(CURDIR)/.venv/bin:$$PATH" FRACTAFRAG_CHROMIUM="$$(cat $(CURDIR)/.tools/chromium 2>/dev/null)" npm run --silent
WEB_SOURCES := $(shell find services/web/runtime services/web/harness services/web/src services/web/public -type f 2>/dev/null) $(wildcard services/web/*.ts)
# How many processes the tests use: three on two cores, because a third of the time a test waits.
JOBS ?= 3

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

install: .venv/.synced services/web/dist/.built chromium ## Install all that the other commands need

run: install ## Bring up the whole site on http://localhost:8000 (PORT, FRACTAFRAG_HOME)
	@exec $(PYTHON_IN) -m services.standalone $(ARGS)

run-payments: install ## The same with money, a made-up Stripe and its test cards, on a new data folder (PORT)
	@exec $(PYTHON_IN) -m tests.stripe.site

admin: install ## Administer a site that runs here (ARGS="role ada moderator"; ARGS=--help lists the commands)
	@$(PYTHON_IN) -m services.standalone.command services.admin admin $(ARGS)

dev-web: install ## Serve the site's sources with hot reload, on the API of a running site (FRACTAFRAG_SITE)
	@$(NPM) dev

test: install tests/mcp/node/node_modules/.synced ## Run all tests (ARGS="-k name" for some, JOBS=1 for less load)
	@# Without bytecode each of the many processes that tests start would compile all sources again.
	env -u PYTHONDONTWRITEBYTECODE $(PYTHON_IN) -m pytest -n $(JOBS) --dist worksteal $(ARGS)
	$(if $(ARGS),,$(NPM) test)
	$(if $(ARGS),,@$(MAKE) test-web)
	$(if $(ARGS),,@$(MAKE) test-cluster)

test-web: install ## Test the site in a real Chromium on a site of its own (ARGS="-g word"; FRACTAFRAG_SITE: one that runs)
	$(NPM) e2e -- $(ARGS)

screenshots: install ## Take pictures of every page of a running site into build/screenshots (FRACTAFRAG_SITE, ONLY=settings)
	$(NPM) screenshots

lint: install ## Check style, layers, lengths, the lock files and the API's description
	$(PYTHON_IN) -m ruff check
	$(PYTHON_IN) -m ruff format --check
	.venv/bin/lint-imports --no-logo
	$(PYTHON_IN) -m tools.check
	$(NPM) lint
	$(NPM) api:check

format: install ## Put all sources into the project's format
	$(PYTHON_IN) -m ruff check --fix
	$(PYTHON_IN) -m ruff format
	$(NPM) format

typecheck: install ## Check types (mypy strict, tsc)
	$(PYTHON_IN) -m mypy
	$(NPM) typecheck

chaos: install ## Kill processes at random under 200 publishes, then count that nothing is lost (minutes)
	$(PYTHON_IN) -m pytest -m chaos -s tests/chaos $(ARGS)

chaos-payments: install ## Walk at random through pledges and payments, kill and lose what can be (hours; SEEDS, STEPS)
	WALK_FIRST=1000 WALK_SEEDS=$(or $(SEEDS),200) WALK_STEPS=$(or $(STEPS),2000) \
		$(PYTHON_IN) -m pytest -n $(JOBS) --dist worksteal tests/payments/test_walk.py $(ARGS)

test-busy: install ## Draw the gallery beside busy loops, then count that no verdict has changed (minutes; BUSY_LOOPS)
	$(PYTHON_IN) -m pytest -m busy -n0 -s tests/busy $(ARGS)

test-cluster: install ## Test charts and operator on a real control plane (KUBE_ASSETS: its folder)
	@# Each process brings up a control plane of its own. Without one all is skipped, which needs no other process.
	$(PYTHON_IN) -m pytest -m cluster -n $(if $(KUBE_ASSETS),$(JOBS),0) --dist worksteal $(ARGS) tests/cluster

e2e: install ## Test an installation in the cluster of KUBECONFIG, from sign-up to an upgrade under load
	@test -n "$(KUBECONFIG)" || { echo "  make e2e needs a cluster: KUBECONFIG=/path/to/kubeconfig make e2e" >&2; exit 1; }
	$(PYTHON_IN) -m pytest -m e2e -n0 -s $(ARGS) tests/e2e/cluster

kind-up: ## Make a kind cluster with an Ingress controller (CLUSTER, TRAEFIK_CHART)
	@tools/kubernetes/loop up

images: ## Build the images (BUILDER, IMAGES="api web", TAG, REGISTRY)
	@tools/kubernetes/loop images

load: ## Bring the images onto the cluster's node
	@tools/kubernetes/loop load

deploy: ## Install or upgrade both charts (NAMESPACE, CONTEXT, VALUES="a.yaml b.yaml")
	@tools/kubernetes/loop deploy

test-chart: ## Run the tests of what is deployed: sign-up, publish, picture
	@tools/kubernetes/loop test

kind-down: ## Delete the kind cluster
	@tools/kubernetes/loop down

bench: bench-renderer bench-publish bench-flood bench-api bench-feed bench-desires bench-outbox bench-mcp ## Run all measurements (many minutes; results in build/bench)

bench-renderer: install ## Measure the renderer against the naive design
	$(PYTHON_IN) -m tests.benchmarks.renderer $(ARGS)

bench-publish: install ## Measure from publish to picture
	$(PYTHON_IN) -m tests.benchmarks.publish $(ARGS)

bench-flood: install ## Measure what others notice of one account's 200 drafts
	$(PYTHON_IN) -m tests.benchmarks.flood $(ARGS)

bench-api: install ## Measure feed and search over 100,000 works
	$(PYTHON_IN) -m tests.benchmarks.api $(ARGS)

bench-feed: install ## Measure personal feeds over 100,000 works, 10,000 readers, 2 million events (ARGS=0.1: a tenth)
	$(PYTHON_IN) -m tests.benchmarks.feed $(ARGS)

eval-feed: install ## Replay logged events and compare rankings (ARGS="--logs FILE": yours or others')
	$(PYTHON_IN) -m tests.benchmarks.eval_feed $(ARGS)

bench-desires: install ## Measure grouping of desires and suggestions with 20,000 of them
	$(PYTHON_IN) -m tests.benchmarks.desire_board $(ARGS)

eval-votes: install ## Let rings of 200 accounts buy votes, and say what they get for it
	$(PYTHON_IN) -m tests.benchmarks.votes

bench-outbox: install ## Measure from a job's commit to its start
	$(PYTHON_IN) -m tests.benchmarks.outbox $(ARGS)

bench-mcp: install ## Measure tools/call of the MCP service against a bare FastMCP server
	$(PYTHON_IN) -m tests.benchmarks.mcp

bench-styles: install ## Measure the search for similar works: recall and time (ARGS="20000 FOLDER"; see eval-style)
	$(PYTHON_IN) -m tests.benchmarks.styles $(ARGS)

bench-web: install ## Measure the site's scripts, its first picture and its grid (FRACTAFRAG_SITE: one that runs)
	$(NPM) bench

bench-operator: install ## Simulate the autoscaler beside HPA and KEDA
	$(PYTHON_IN) -m tests.benchmarks.operator $(ARGS)

# What builds the table of the default embedder and runs nowhere else.
build/embedder/.synced: tools/train_embedder/requirements.txt .venv/.synced
	.venv/bin/uv pip install --quiet --no-deps --require-hashes --target build/embedder -r $<
	@touch $@

train-embedder: install build/embedder/.synced ## Build the table of the default embedder (ARGS=--check compares it with what is there)
	@# On one thread sums come in one order.
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=$(CURDIR)/build/embedder $(PYTHON_IN) -m tools.train_embedder $(ARGS)

eval-desires: install ## Measure the embedders on the labelled wishes (ARGS=--calibrate writes their thresholds anew)
	$(PYTHON_IN) -m tests.benchmarks.desires $(ARGS)

train-style: install ## Fit the tables of style vectors (ISF: a checkout of Vidvox/ISF-Files; ARGS=--check, or --site URL)
	$(PYTHON_IN) -m tools.style.train $(ISF) $(ARGS)

eval-style: install ## Measure whether forks find their parents (ART: a checkout of greggman/vertexshaderart.com)
	$(PYTHON_IN) -m tools.style.evaluate $(ART)

openapi: install ## Write the API's description anew after a change of routes
	$(PYTHON_IN) -m services.api.openapi_document >.tools/openapi.json && mv .tools/openapi.json docs/openapi.json
	$(NPM) api

charts: install ## Write what the charts hold of other files: library, value schemas, READMEs, definition
	$(PYTHON_IN) -m tools.charts write
	$(PYTHON_IN) -m operators.renderer.crd >.tools/crd.yaml && mv .tools/crd.yaml charts/fractafrag-operator/files/crd.yaml

revision: install ## Write a migration from the models' changes (MESSAGE="add tags")
	$(PYTHON_IN) -m services.standalone.revision "$(MESSAGE)"

clean: ## Remove what make made; the data folder stays
	rm -rf .venv .tools build services/web/node_modules tests/mcp/node/node_modules services/web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

chromium: .venv/.synced
	@tools/prepare chromium

.venv/.synced: requirements.lock
	@tools/prepare python
	@touch $@

services/web/node_modules/.synced: services/web/package.json services/web/package-lock.json .venv/.synced
	@tools/prepare node
	@touch $@

tests/mcp/node/node_modules/.synced: tests/mcp/node/package.json tests/mcp/node/package-lock.json .venv/.synced
	@tools/prepare mcp
	@touch $@

services/web/dist/.built: services/web/node_modules/.synced $(WEB_SOURCES)
	@tools/prepare web
	@touch $@

.PHONY: help install run run-payments admin dev-web test test-web screenshots lint format typecheck chaos chaos-payments test-busy bench bench-renderer bench-publish bench-flood bench-api bench-feed eval-feed bench-desires eval-votes bench-outbox bench-mcp bench-web bench-operator bench-styles train-style eval-style train-embedder eval-desires openapi charts revision clean chromium test-cluster e2e kind-up images load deploy test-chart kind-down
