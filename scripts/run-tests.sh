#!/usr/bin/env bash
# run-tests.sh BUILD [JOBS]: CTest on a built tree. Lists the tests that were not
# run on this machine, with the lit summary, before CTest's own summary.
set -uo pipefail
build=$1
jobs=${2:-2}
log=$build/ctest.log
# For the asan preset: LLVM's headers poison memory of their allocators, and the
# packaged libraries, which are not instrumented, use it all the same.
export ASAN_OPTIONS=${ASAN_OPTIONS:-allow_user_poisoning=0}

# Everything up to the summary as it happens; the summary at the very end.
ctest --test-dir "$build" --output-on-failure -j "$jobs" | tee "$log" |
  sed -u '/^[0-9]*% tests passed/,$d'
status=${PIPESTATUS[0]}
skips=$(sed -n '/^Unsupported Tests (/,/^$/p' "$build/Testing/Temporary/LastTest.log")
if [ -n "$skips" ]; then
  printf 'Not run here, for want of a GPU or a tool:\n%s\n\n' "$skips"
fi
sed -n '/^Total Discovered Tests/,/^<end of output>/{/^<end/!p}' \
  "$build/Testing/Temporary/LastTest.log"
echo
sed -n '/^[0-9]*% tests passed/,$p' "$log"
exit "$status"
