# All set-up stays inside this checkout (.venv/, ui/node_modules/, .local/). The logic stands in scripts/.
PYTHON ?= python3
HANDRAIL := .venv/bin/handrail
RUN := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help demo test check e2e bench real-run webhook-campaign crash-long audit-tampering build lock clean serve-setup dev-setup

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve-setup:
	@$(PYTHON) -m scripts.setup serve

dev-setup:
	@$(PYTHON) -m scripts.setup dev

demo: serve-setup ## the product with an example world, in the browser; PORT=8400
	@$(if $(PORT),HANDRAIL_PORT=$(PORT)) $(HANDRAIL) demo

test: dev-setup ## all tests: Python on SQLite and PostgreSQL, web app, browser
	@$(RUN) scripts.test

e2e: dev-setup ## the browser tests alone
	@$(RUN) scripts.test e2e

check: dev-setup ## style, types, direction of imports, what is in the tree
	@$(RUN) scripts.check

.PHONY: reference api-sweep
reference: dev-setup ## docs/reference and the types of the TypeScript client, from the code
	@$(RUN) scripts.reference

bench: dev-setup ## throughput and latency: prints tables, saves JSON, never passes or fails
	@$(RUN) benchmarks

real-run: dev-setup ## real outputs through the whole product; DATA=file [CORRECTIONS=file]
	@test -n "$(DATA)" || { echo 'usage: make real-run DATA=... [CORRECTIONS=...]' >&2; exit 2; }
	@$(RUN) benchmarks.real_run --data "$(DATA)" $(if $(CORRECTIONS),--corrections "$(CORRECTIONS)")

webhook-campaign: dev-setup ## many events to a receiver that fails often; N=100000
	@$(RUN) benchmarks.webhooks N=$(or $(N),100000)

crash-long: dev-setup ## the long campaign of kills and restarts, not part of make test
	@$(RUN) scripts.postgres run -- $(RUN) pytest tests/crash tests/trust -m long -s --timeout=0

audit-tampering: dev-setup ## N random tamperings with the audit tables on each store, found by both verifiers; N=1000 SEED=38
	@$(RUN) scripts.postgres run -- $(RUN) tests.audit.tampering $(or $(N),1000) $(or $(SEED),38)

api-sweep: dev-setup ## every operation with every role, by generated requests; SEED=1 CASES=40
	@HANDRAIL_SWEEP_SEED=$(or $(SEED),1) HANDRAIL_SWEEP_CASES=$(or $(CASES),40) \
		$(RUN) scripts.postgres run -- $(RUN) pytest tests/sweep -m "long or not long" --timeout=0

build: dev-setup serve-setup ## the wheel and the source archive, web app inside, in dist/
	@$(RUN) hatchling build -d dist

lock: dev-setup ## requirements/*.txt from pyproject.toml; UPGRADE=1 takes the newest
	@$(RUN) scripts.lock $(if $(UPGRADE),--upgrade)

clean: ## removes what set-up and builds made
	rm -rf .venv .local dist build ui/node_modules src/handrail/web/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
