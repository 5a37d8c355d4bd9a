BUN := node_modules/.bin/bun
BUN_VERSION := $(shell sed -n 's/^ *"bun": "\([0-9.]*\)".*/\1/p' package.json)
BINARY := dist/litellm-pulse
SOURCES := $(shell find bin lib -name '*.ts' -o -name '*.html' -o -name '*.css' -o -name '*.svg') package.json
ENTRIES := bin/litellm-pulse.ts bin/ledger-worker.ts bin/import-worker.ts
BUILD_FLAGS := --compile --minify --bytecode --splitting --format=esm --no-compile-autoload-dotenv --no-compile-autoload-bunfig

VERSION := $(shell sed -n 's/^ *"version": "\(.*\)".*/\1/p' package.json)
RELEASE_TARGETS := linux-x64 linux-arm64 linux-x64-musl linux-arm64-musl darwin-x64 darwin-arm64
RELEASES := $(RELEASE_TARGETS:%=dist/release/litellm-pulse-$(VERSION)-%.tar.gz)

PREFIX ?= /usr/local
DESTDIR ?=
INSTALLED := bin/litellm-pulse share/bash-completion/completions/litellm-pulse share/zsh/site-functions/_litellm-pulse \
  share/fish/vendor_completions.d/litellm-pulse.fish lib/systemd/system/litellm-pulse.service \
  lib/systemd/system/litellm-pulse-scrape.service lib/systemd/system/litellm-pulse-scrape.timer

IMAGE ?= litellm-pulse
IMAGE_USER := 65532
ROOT ?= dist/image
# As Docker names the machine that an image is for; this one, unless it says another.
TARGETARCH ?= $(subst x86_64,amd64,$(subst aarch64,arm64,$(shell uname -m)))
IMAGE_BINARY := dist/litellm-pulse-linux-$(subst amd64,x64,$(TARGETARCH))

.DEFAULT_GOAL := help
.PHONY: help setup shells setup-browser promtool faketime run test screenshot check fmt docs build install uninstall \
  release publish image image-root image-push bench fuzz load soak soak-ledger mutate ci clean

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

# Days pass in minutes where programs can be told another time, and CI gets it so.
faketime: ## Install libfaketime where apt and its rights are there, for the soak
	@[ -n "$$LIBFAKETIME" ] || ls /usr/lib*/*/faketime/libfaketimeMT.so.1 /usr/lib*/faketime/libfaketimeMT.so.1 2>/dev/null | grep -q . || \
	  { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
	  apt-get update -qq && apt-get install -qqy --no-install-recommends faketime >/dev/null; } || \
	  echo "libfaketime is not here: nothing can be soaked"

run: $(BINARY) ## Run the service, beside a simulated LiteLLM unless LITELLM_PULSE_METRICS_URL is set
	@if [ -n "$$LITELLM_PULSE_METRICS_URL" ]; then exec $(BINARY) serve; else exec $(BINARY) demo; fi

setup-browser: ## Install the Chromium that the dashboard's tests need, where that can be done
	@for name in chromium chromium-browser google-chrome-stable google-chrome; do \
	  command -v $$name >/dev/null && exit 0; done; \
	if [ -n "$$LITELLM_PULSE_CHROMIUM" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "No Chromium is installed: the dashboard's tests in the browser are skipped" >&2; fi

test: $(BINARY) setup-browser faketime ## Run every test, those of the compiled binary too
	@$(BUN) test --parallel=2 --randomize --timeout=120000

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
	@$(BUN) build $(BUILD_FLAGS) $(ENTRIES) --outfile $@

screenshot: $(BINARY) setup-browser ## Take the dashboard's picture for README from the demo
	@$(BUN) tests/dashboard/browser/screenshot.ts lib/dashboard/screenshot.png

install: $(BINARY) ## Install the program, its completions and systemd units under PREFIX (/usr/local)
	@install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/litellm-pulse
	@cd $(DESTDIR)$(PREFIX) && for file in $(wordlist 2,99,$(INSTALLED)); do mkdir -p $$(dirname $$file); done && \
	  bin/litellm-pulse completion bash >share/bash-completion/completions/litellm-pulse && \
	  bin/litellm-pulse completion zsh >share/zsh/site-functions/_litellm-pulse && \
	  bin/litellm-pulse completion fish >share/fish/vendor_completions.d/litellm-pulse.fish && \
	  unit() { bin/litellm-pulse snippet systemd $$1 | sed 's|^ExecStart=[^ ]*|ExecStart=$(PREFIX)/bin/litellm-pulse|' >lib/systemd/system/$$2; } && \
	  unit service litellm-pulse.service && unit scrape litellm-pulse-scrape.service && unit timer litellm-pulse-scrape.timer
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/litellm-pulse; systemctl enable --now litellm-pulse starts it"

uninstall: ## Remove what install has put under PREFIX; the data stay
	@cd $(DESTDIR)$(PREFIX) && rm -f $(INSTALLED)

release: $(RELEASES) ## Compile for Linux (glibc and musl) and macOS, x64 and arm64, into dist/release with checksums
	@cd dist/release && sha256sum $(notdir $(RELEASES)) >SHA256SUMS

# Bun's own builds for the other machines come from the package registry.
dist/litellm-pulse-%: node_modules/.installed $(SOURCES)
	@$(BUN) build $(BUILD_FLAGS) --target=bun-$* $(ENTRIES) --outfile $@

# The same sources give the same archive: no names, no times.
dist/release/litellm-pulse-$(VERSION)-%.tar.gz: dist/litellm-pulse-%
	@mkdir -p $(@D) && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 \
	  --transform='s|^dist/litellm-pulse-.*|litellm-pulse|' -cf - $< LICENSE | gzip -n >$@

publish: release ## Put dist/release on GitHub as the release of this version, with gh
	@gh release create v$(VERSION) --title v$(VERSION) --notes-file CHANGELOG.md $(RELEASES) dist/release/SHA256SUMS

image: ## Build the container image (IMAGE=litellm-pulse)
	@docker build -t $(IMAGE):latest .

image-push: ## Build the image for x64 and arm64 and push it under IMAGE
	@docker buildx build --platform linux/amd64,linux/arm64 -t $(IMAGE):$(VERSION) -t $(IMAGE):latest --push .

# What the image holds besides the C library, which the Dockerfile takes from the machine that the image is for.
image-root: $(IMAGE_BINARY) ## Lay out the image's files in ROOT (dist/image)
	@install -D -m 755 $< $(ROOT)/usr/local/bin/litellm-pulse
	@install -d -m 755 $(ROOT)/etc $(ROOT)/app/data && install -d -m 1777 $(ROOT)/tmp
	@echo "litellm-pulse:x:$(IMAGE_USER):$(IMAGE_USER)::/app:/nonexistent" >$(ROOT)/etc/passwd
	@echo "litellm-pulse:x:$(IMAGE_USER):" >$(ROOT)/etc/group
	@echo "hosts: files dns" >$(ROOT)/etc/nsswitch.conf

fuzz: $(BINARY) ## Give hostile inputs to every part (FUZZ_SECONDS=60 for all, FUZZ_INPUTS for each, FUZZ_TARGET, FUZZ_SEED)
	@$(BUN) tests/fuzz/run.ts

load: $(BINARY) ## Load a service with 1 000 clients and a page of 100 000 series (LOAD_SECONDS=120)
	@$(BUN) tests/load/run.ts

bench: $(BINARY) ## Measure speed and memory beside their budgets, as one table (ROUNDS=9, LEDGER_ROWS=2000000)
	@$(BUN) tests/bench/run.ts

soak: $(BINARY) faketime ## Compare what is booked through ten minutes of faults with the truth (SOAK_SECONDS=, SOAK_SEED=)
	@$(BUN) tests/soak/run.ts metrics

soak-ledger: $(BINARY) faketime ## The same for the spend ledger, on a PostgreSQL of its own
	@$(BUN) tests/soak/run.ts ledger

mutate: node_modules/.installed ## Change the arithmetic at one place at a time and list what no test notices (MUTATE, MUTANTS)
	@$(BUN) tests/mutation/run.ts

ci: check test ## Everything that must pass before a commit

clean: ## Remove what was built and installed
	@rm -rf dist node_modules .bun
