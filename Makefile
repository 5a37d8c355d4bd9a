BUN := node_modules/.bin/bun
BUN_VERSION := $(shell sed -n 's/^ *"bun": "\([0-9.]*\)".*/\1/p' package.json)
BINARY := dist/litellm-pulse
SOURCES := $(shell find bin lib -name '*.ts' -o -name '*.html' -o -name '*.css' -o -name '*.svg') package.json
BUILD_FLAGS := --compile --minify --bytecode --splitting --format=esm --no-compile-autoload-dotenv --no-compile-autoload-bunfig

.DEFAULT_GOAL := help
.PHONY: help setup shells setup-browser promtool run test screenshot check fmt docs build bench ci clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: node_modules/.installed ## Install Bun and the packages

# npm 12 runs no install scripts, so Bun comes first, by hand, and then installs the rest from its own lockfile.
node_modules/.installed: package.json bun.lock
	@[ "$$(.bun/node_modules/.bin/bun --version 2>/dev/null)" = "$(BUN_VERSION)" ] || { \
	  npm install --prefix .bun --no-save --no-package-lock --no-audit --no-fund --loglevel=error --ignore-scripts bun@$(BUN_VERSION) \
	  && node .bun/node_modules/bun/install.js; }
	@.bun/node_modules/.bin/bun install --frozen-lockfile
	@touch $@

# bash is always there; the completions of zsh and fish are tried where these are, and CI gets them so.
shells: ## Install zsh and fish where apt and its rights are there, to try the completions in them
	@{ command -v zsh && command -v fish; } >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
	  apt-get update -qq && apt-get install -qqy --no-install-recommends zsh fish >/dev/null; } || \
	  echo "zsh and fish are not here: only bash tries the completions"

# The snippets for Prometheus and our own metrics are held against its own tool where that is, and CI gets it so.
promtool: ## Install promtool where apt and its rights are there, to try what we hand to Prometheus
	@command -v promtool >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
	  apt-get update -qq && apt-get install -qqy --no-install-recommends prometheus >/dev/null; } || \
	  echo "promtool is not here: what we hand to Prometheus is checked by our own parsers only"

run: $(BINARY) ## Run the service, beside a simulated LiteLLM unless LITELLM_PULSE_METRICS_URL is set
	@if [ -n "$$LITELLM_PULSE_METRICS_URL" ]; then exec $(BINARY) serve; else exec $(BINARY) demo; fi

setup-browser: ## Install the Chromium that the dashboard's tests need, where that can be done
	@for name in chromium chromium-browser google-chrome-stable google-chrome; do \
	  command -v $$name >/dev/null && exit 0; done; \
	if [ -n "$$LITELLM_PULSE_CHROMIUM" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "No Chromium is installed: the dashboard's tests in the browser are skipped" >&2; fi

test: $(BINARY) setup-browser ## Run every test, those of the compiled binary too
	@$(BUN) test --parallel=2 --randomize --timeout=30000

check: node_modules/.installed ## Check types, lint, format, dead code and README's tables
	@node_modules/.bin/tsc --noEmit
	@node_modules/.bin/tsc --noEmit -p lib/dashboard/page
	@node_modules/.bin/tsc --noEmit -p tests/dashboard/browser
	@node_modules/.bin/biome check .
	@node_modules/.bin/knip
	@$(BUN) tests/docs/run.ts --check

docs: node_modules/.installed ## Write README's tables of commands, settings and routes from the code
	@$(BUN) tests/docs/run.ts

fmt: node_modules/.installed ## Format and fix what can be fixed
	@node_modules/.bin/biome check --write .

build: $(BINARY) ## Compile dist/litellm-pulse

$(BINARY): node_modules/.installed $(SOURCES)
	@$(BUN) build $(BUILD_FLAGS) bin/litellm-pulse.ts bin/ledger-worker.ts --outfile $@

screenshot: $(BINARY) setup-browser ## Take the dashboard's picture for README from the demo
	@$(BUN) tests/dashboard/browser/screenshot.ts lib/dashboard/screenshot.png

bench: $(BINARY) ## Measure what DESIGN promises and print it as a table
	@$(BUN) tests/bench/run.ts

ci: check test ## Everything that must pass before a commit

clean: ## Remove what was built and installed
	@rm -rf dist node_modules .bun
