# The commands people and machines use. What is missing is installed first, or named.

.PHONY: help run test build bench lint gallery docs clean
.DEFAULT_GOAL := help

# Connections are HTTP/1.1 only (internal/transport); without HTTP/2 the programs are half a megabyte smaller.
tags         := nethttpomithttp2
desktop_tags := release,migrated_fynedo,no_metadata,no_emoji,$(tags)
small        := -trimpath -ldflags='-s -w'

help:
	@echo "make run      start the demo world and sign in to it"
	@echo "make test     run every test"
	@echo "make build    put latchkey, latchkey-desktop and latchkey-demo into bin/"
	@echo "make bench    measure speed and size against the targets"
	@echo "make lint     look for what the compiler does not see"
	@echo "make gallery  draw every screen in every state to docs/gallery/"
	@echo "make docs     write docs/problems.md from the catalogue"
	@echo "make clean    remove what was built, drawn and downloaded here"

run: build
	@exec bin/latchkey-demo

build:
	@scripts/install build
	CGO_ENABLED=0 go build -tags $(tags) $(small) -o bin/latchkey ./cmd/latchkey
	CGO_ENABLED=0 go build $(small) -o bin/latchkey-demo ./cmd/demo
	go build -tags $(desktop_tags) $(small) -o bin/latchkey-desktop ./cmd/desktop

test:
	@scripts/test

bench: build
	@scripts/install test
	@go build -tags $(desktop_tags) $(small) -o .work/bench/minimal ./internal/bench/minimal
	@scripts/on-screen scripts/with-keyring go run ./internal/bench

lint:
	@scripts/install build
	@scripts/lint

gallery:
	@scripts/install build
	go run -tags ci,migrated_fynedo ./internal/ui/gallery docs/gallery

docs:
	go test ./internal/house -run TestProblemsPage -update

clean:
	rm -rf bin .work
