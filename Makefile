# What people who work on guise type. `make` alone builds and tests.

GOFUMPT     = go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK = go run golang.org/x/vuln/cmd/govulncheck@v1.8.0

.PHONY: all help build test lint notices vulns cross bench law fuzz faults readme mutants screens docs picture clean

all: build test

help: ## what can be made
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 9

build: ## bin/guise, stripped, and static: a dynamic one takes half as long again to start
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/guise ./cmd/guise

test: ## what a user's machine can run, of the longest a part; `GUISE_TEST_NO_SKIP=1 make test` skips nothing
	go test ./...

lint: ## format, vet, static checks, licences, shell files
	@wrong=$$($(GOFUMPT) -l .) && test -z "$$wrong" || { $(GOFUMPT) -d .; exit 1; }
	go vet ./...
	go mod tidy -diff
	$(STATICCHECK) ./...
	go run ./internal/licences >/dev/null
	shellcheck .ci/run .ci/fuzz .ci/readme shell/*.bash shell/*.posix completions/*.bash

notices: ## bin/NOTICES: the licences of what a binary holds, which go with it
	@mkdir -p bin
	go run ./internal/licences -notices bin/NOTICES

vulns: ## known weaknesses of what guise is built of, in code that guise calls; needs vuln.go.dev
	$(GOVULNCHECK) ./...

cross: ## everything must build for, and vet on, all three systems
	@for os in linux darwin windows; do \
		echo "$$os"; GOOS=$$os go build -trimpath -o /dev/null ./cmd/guise && GOOS=$$os go vet ./... || exit 1; \
	done

bench: build ## the table of docs/speed.md, measured here and now; BASE=REVISION: against that revision
	go run ./internal/bench $(if $(BASE),-base $(BASE))

law: ## the law of adoption on 2,000 profiles: two real SDKs before and after `guise adopt`
	go run ./internal/law -profiles 2000

fuzz: ## every reader of what others wrote, FUZZTIME (60s) each; TARGET=NAME: that one
	.ci/fuzz $(TARGET)

faults: ## every command that writes, with everything that can go wrong, one by one: the tables of docs/reliability.md (Linux, root, half an hour)
	go run ./internal/faults -v -write docs/reliability.md

readme: ## the README's set-up, typed by a new user of a bare Debian (root, debootstrap, tmux)
	.ci/readme

MUTANTS_OF = cache session internal/awsconfig internal/adoption internal/custody internal/keys \
	internal/approval internal/guard internal/accesslog internal/standin internal/oneoff
WORKERS    = 6

mutants: ## small changes to the code, one by one: do the tests notice 85 of 100? docs/mutants.md; PACKAGE=cache: there
	go run ./internal/mutants -workers $(WORKERS) $(or $(PACKAGE),$(MUTANTS_OF))

picture: ## docs/terminal.svg from a run of the demo in a terminal; needs tmux, zsh, the AWS CLI
	go test ./e2e -run 'TestPicture$$' -update

SCREENS = bin/screens

screens: ## what everyday commands show in windows of 60, 80 and 140 columns, for your eyes: SCREENS (bin/screens); needs tmux
	rm -rf $(SCREENS)
	go test ./e2e -count=1 -run 'TestScreens$$' -screens $(abspath $(SCREENS))

docs: build ## docs/reference.md from the command tree, the packages of docs/design.md from go list, the tables of docs/shells.md and docs/clients.md
	go test ./cmd -run 'TestReference|TestWallsDrawn' -update
	go test ./e2e -run 'TestShellsPage$$|TestClientsPage$$' -update

clean:
	rm -rf bin
