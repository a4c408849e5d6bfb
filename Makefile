# Entry points for people and CI; the build itself is CMake's (CMakePresets.json).
#   make BUILD=dir JOBS=n PRESET=release|debug|asan <target>
PRESET ?= release
BUILD ?= $(if $(filter release,$(PRESET)),build,build-$(PRESET))
JOBS ?= $(shell nproc)

.DEFAULT_GOAL := help
RESULTS ?= $(wildcard benchmarks/results/bench-*.json)
.PHONY: help setup setup-torch setup-jax configure build test fuzz random wheel demo gpu-suite gpu-matrix gpu-random torch-suite plots tables accuracy docs format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | \
	  awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: ## check the tools and packages, install what is missing
	@scripts/setup.sh $(PRESET)

setup-torch: setup ## install torch into .venv, so that its tests run
	@scripts/setup-torch.sh

setup-jax: setup ## install JAX into .venv, before the build: for gridquant.jax and its tests
	@scripts/setup-jax.sh

configure: setup
	@mkdir -p $(BUILD)
	@cmake --preset $(PRESET) -B $(BUILD) > $(BUILD)/configure.log 2>&1 || \
	  { cat $(BUILD)/configure.log; exit 1; }

build: configure ## configure and build
	cmake --build $(BUILD) -j $(JOBS)

test: build ## build, run every test, and say what was skipped
	@scripts/run-tests.sh $(BUILD) $(JOBS)

SECONDS ?= 3600
SEED ?= 1
fuzz: build ## change every .mlir file for SECONDS (3600) with SEED (1), and see how the tools end
	"$$(scripts/find-python.sh)" test/Fuzz/fuzz.py $(BUILD)/bin/gq-fuzz-server --seed $(SEED) --seconds $(SECONDS) --out $(BUILD)/fuzz

random: build ## random programs, compiled and run on the simulator
	"$$(scripts/find-python.sh)" test/Random/random_programs.py run $(BUILD)/bin/gq-run $(BUILD)/bin/gq-compile --jobs $(JOBS)

wheel: build ## a wheel of the build, in dist/; pip install . makes one without LLVM from scratch
	@GQ_BUILD=$(abspath $(BUILD)) "$$(scripts/find-python.sh)" -m pip wheel . --no-build-isolation \
	  --no-deps --no-index --quiet --wheel-dir dist && ls dist/*.whl

demo: build ## a kernel from .mlir to numbers
	scripts/demo.sh $(BUILD)

gpu-suite: build ## what a machine with a Hopper GPU needs to run the GPU tests
	scripts/make-gpu-suite.sh $(BUILD)

gpu-matrix: build ## the matrix of products for such a machine
	scripts/make-gpu-matrix.sh $(BUILD) $(JOBS)

gpu-random: build ## the random programs for such a machine
	scripts/make-gpu-random.sh $(BUILD) $(JOBS)

torch-suite: build ## the torch tests and their benchmark for such a machine
	scripts/make-torch-suite.sh $(BUILD)

plots: ## figures of RESULTS (default: benchmarks/results/bench-*.json) in docs/figures
	@test -n "$(RESULTS)" || { echo "no files: RESULTS=FILE.json... is needed"; exit 1; }
	python3 benchmarks/plot.py -o docs/figures $(RESULTS)

tables: ## quantisation tables of docs/performance.md from benchmarks/results
	python3 benchmarks/tables.py benchmarks/results docs/performance.md

accuracy: build ## measure what quantisation loses, on the CPU reference, into docs/accuracy.md
	"$$(scripts/find-python.sh)" benchmarks/accuracy.py $(BUILD)/bin/gq-run

docs: setup ## generate the reference pages under docs/
	scripts/gen-docs.sh

format: setup ## clang-format every C++ file of the repository
	git ls-files '*.c' '*.cpp' '*.h' | xargs -r clang-format-22 -i

clean: ## remove the build directory
	rm -rf $(BUILD)
