# Everything that a person or a CI runs. `make demo` and `make test` need nothing but Debian and Swift.
SWIFT ?= swift
PREFIX ?= /usr/local
BIN = .build/release
OUT ?= .build/demo
PHOTOS ?=
PROTOS = $(wildcard proto/faced/v1/*.proto proto/grpc/*/*/*.proto)

.PHONY: build web deb docs test test-web test-python test-deb test-docs release lint format proto proto-check demo bench install clean packages

build: packages
	$(SWIFT) build -c release

# One build for programs and tests: the tests run the programs. No test uses @testable, so release is what is tested.
test: packages
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Examples daemon clients fuzz benchmarks
	scripts/check-text.sh

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Examples daemon clients fuzz benchmarks

proto: packages
	scripts/generate-protos.sh Sources
	scripts/generate-python-protos.sh clients/python/src/faced/v1
	scripts/generate-descriptors.sh clients/web/Sources/FacedWeb/Console/faced.binpb
	scripts/generate-descriptors.sh daemon/Services/services.binpb $(PROTOS)

# Generated code is checked in; this fails when it is not what proto/ says.
proto-check: packages
	scripts/generate-protos.sh .build/proto-check
	for module in FaceAPI RPCHealth RPCReflection interop Milvus; do \
	  diff -r .build/proto-check/$$module/Generated Sources/$$module/Generated || exit 1; done
	scripts/generate-python-protos.sh .build/proto-check-python
	diff -r --exclude=__pycache__ .build/proto-check-python clients/python/src/faced/v1
	scripts/generate-descriptors.sh .build/proto-check-web/faced.binpb
	cmp .build/proto-check-web/faced.binpb clients/web/Sources/FacedWeb/Console/faced.binpb
	scripts/generate-descriptors.sh .build/proto-check-daemon/services.binpb $(PROTOS)
	cmp .build/proto-check-daemon/services.binpb daemon/Services/services.binpb
	scripts/check-protos.sh

# The console and HTTP API: a package of its own.
web: packages
	$(SWIFT) build -c release --package-path clients/web

# The transport and the daemon against grpcio, grpclib, Buf's CLI and HTTP/2 by hand, and hostile input.
.PHONY: interop
interop: build
	scripts/interop.sh

# The transport's and the daemon's tests under ThreadSanitizer and AddressSanitizer.
.PHONY: sanitize
sanitize: packages
	scripts/sanitize.sh

# What reads bytes from outside, against libFuzzer: 30 seconds each.
.PHONY: fuzz
fuzz: packages
	scripts/fuzz.sh

# The console in a browser, and the HTTP APIs through other people's clients.
test-web: build web
	scripts/test-web.sh

# The Python client, as a wheel in a virtual environment of its own, against the daemon.
test-python: build
	scripts/test-python.sh

# Debian packages in .build/deb: faced, faced-web and python3-faced.
deb: build web
	scripts/install-packages.sh debhelper dh-python dpkg-dev fakeroot patchelf
	scripts/make-deb.sh

# The packages in a bare Debian: lintian, installed, run, upgraded, purged. Needs root.
test-deb: deb
	scripts/install-packages.sh debootstrap lintian systemd
	scripts/test-deb.sh

# The site of guides and reference in .build/docs.
docs: build
	scripts/make-docs.sh

# Every command of README and of the guides, on drawn people.
test-docs: build
	scripts/test-docs.py

# What a release needs: everything tested, packages and documents built, checksums. See .github/RELEASE.md.
release:
	scripts/make-release.sh

# The whole story on synthetic faces, or on your own: make demo PHOTOS=DIR, a folder of one sub-folder for each person.
demo: build
	$(BIN)/facedemo --programs $(BIN) --output $(OUT) $(if $(PHOTOS),--photos "$(PHOTOS)")

# What faced is measured beside: a package of its own, so that the daemon's build does not pay for it.
.PHONY: benchmarks
benchmarks: packages
	@scripts/install-packages.sh libgrpc++-dev
	$(SWIFT) build -c release --package-path benchmarks

bench: build benchmarks
	$(BIN)/facebench embed --architecture NN4 --batch 1 --json
	$(BIN)/facebench train-step --architecture NN4-small --json
	$(BIN)/facebench photo --json
	$(BIN)/facebench index --json
	$(BIN)/facebench rpc --json

# The daemon's model lies beside its binary, so both go into one folder.
install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/faced
	install $(BIN)/faced $(BIN)/facectl $(BIN)/facetrain $(DESTDIR)$(PREFIX)/lib/faced
	cp -r $(BIN)/faced_faced.resources $(DESTDIR)$(PREFIX)/lib/faced/
	for program in faced facectl facetrain; do \
	  ln -sf ../lib/faced/$$program $(DESTDIR)$(PREFIX)/bin/$$program; done

clean:
	$(SWIFT) package clean
	rm -rf .build/demo .build/proto-check .build/proto-check-python .build/python

packages:
	@scripts/install-packages.sh
