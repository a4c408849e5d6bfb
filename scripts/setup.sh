#!/usr/bin/env bash
# Checks for everything the build and the tests need, and installs what is missing
# with apt when it may (as root, or with sudo that asks no password). Otherwise it
# prints the command that would. Says nothing when nothing is missing.
#   scripts/setup.sh [PRESET]    the preset asan needs the sanitizers' runtime too
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
llvm=${LLVM_PREFIX:-/usr/lib/llvm-22}
preset=${1:-release}

# need PACKAGE FILE-OR-COMMAND: a path is looked for as a file, else as a command.
missing=()
need() {
  case $2 in
    /*) [ -e "$2" ] && return 0 ;;
    *) command -v "$2" >/dev/null && return 0 ;;
  esac
  missing+=("$1")
}
find_missing() {
  missing=()
  need libmlir-22-dev "$llvm/lib/cmake/mlir/MLIRConfig.cmake"
  need mlir-22-tools "$llvm/bin/mlir-tblgen"
  need llvm-22-dev "$llvm/lib/cmake/llvm/LLVMConfig.cmake"
  need llvm-22-tools "$llvm/bin/FileCheck"
  need clang-22 clang++-22
  need lld-22 ld.lld-22
  need clang-format-22 clang-format-22
  need cmake cmake
  need ninja-build ninja
  need make make
  need ccache ccache
  need git git
  need python3 python3
  need libgtest-dev /usr/include/gtest/gtest.h
  need nlohmann-json3-dev /usr/include/nlohmann/json.hpp
  need libzstd-dev /usr/include/zstd.h
  if [ "$preset" = asan ]; then
    compgen -G "$llvm/lib/clang/22/lib/linux/libclang_rt.asan-*.a" >/dev/null ||
      missing+=(libclang-rt-22-dev)
  fi
}

# How to become root without a question: empty as root, "sudo -n", or not at all.
as_root=none
if [ "$(id -u)" -eq 0 ]; then
  as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root="sudo -n"
fi

give_up() {
  echo "setup: missing: $*" >&2
  echo "setup: run this, then try again:" >&2
  echo "  sudo apt-get update && sudo apt-get install --no-install-recommends $*" >&2
  exit 1
}

updated=false
apt_install() {
  local run="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
  if ! $updated; then
    echo "setup: apt-get update"
    $as_root $run update || return 1
    updated=true
  fi
  echo "setup: installing $*"
  $as_root $run install -y --no-install-recommends "$@" >/dev/null
}

find_missing
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$as_root" = none ] || ! command -v apt-get >/dev/null; then
    give_up "${missing[@]}"
  fi
  if ! apt_install "${missing[@]}"; then
    echo "setup: apt-get failed; LLVM 22 is in Debian 12's security suite and at" \
      "https://apt.llvm.org" >&2
    exit 1
  fi
  find_missing
  [ ${#missing[@]} -eq 0 ] || give_up "${missing[@]}"
fi

# Python with numpy: what there is, else Debian's, else a virtual environment.
if ! "$root/scripts/find-python.sh" >/dev/null; then
  if [ "$as_root" != none ] && command -v apt-get >/dev/null; then
    apt_install python3 python3-numpy || true
  fi
  if ! "$root/scripts/find-python.sh" >/dev/null; then
    echo "setup: making .venv with numpy"
    rm -rf "$root/.venv"
    python3 -m venv "$root/.venv" >/dev/null 2>&1 &&
      "$root/.venv/bin/python3" -m pip install --quiet \
        --disable-pip-version-check numpy || rm -rf "$root/.venv"
  fi
  "$root/scripts/find-python.sh" >/dev/null || give_up python3-numpy
fi

# For tests: ml_dtypes, whose casts ours are compared with, pytest, and scikit-build-core, which
# makes the wheel; in .venv, beside the NumPy there is. Tried once; the tests say that they were
# skipped where these cannot be had.
python=$("$root/scripts/find-python.sh")
if [ ! -e "$root/.venv/tried-packages" ] &&
   ! "$python" -c 'import ml_dtypes, pytest, scikit_build_core' 2>/dev/null; then
  echo "setup: making .venv with ml_dtypes, pytest and scikit-build-core"
  { [ -d "$root/.venv" ] || "$python" -m venv --system-site-packages "$root/.venv"; } >/dev/null &&
    "$root/.venv/bin/python3" -m pip install --quiet --disable-pip-version-check --retries 1 \
      --timeout 10 ml_dtypes pytest scikit-build-core >/dev/null 2>&1 ||
    echo "setup: not all could be installed; the tests that need them are skipped"
  touch "$root/.venv/tried-packages" 2>/dev/null || true
fi
