#!/bin/sh
# Stands in for ptxas: each kernel with more than $MOST_PRODUCTS wgmma instructions
# spills $BYTES (12) twice, or is slow with $SLOW; with $BESIDE only if it has an instruction of
# that name as well.
while [ $# -gt 0 ]; do
  case $1 in
    -o) output=$2; shift ;;
    -*) ;;
    *) input=$1 ;;
  esac
  shift
done
awk -v most="$MOST_PRODUCTS" -v beside="$BESIDE" -v slow="$SLOW" -v bytes="${BYTES:-12}" '
  function finish() {
    if (kernel == "")
      return
    many = products > most && (beside == "" || found)
    spilled = many && slow == "" ? bytes : 0
    if (many && slow != "")
      print "ptxas info    : (C7511) Potential Performance Loss: wgmma.mma_async instructions are serialized in the function '\''" kernel "'\''"
    print "ptxas info    : Compiling entry function '\''" kernel "'\'' for '\''sm_90a'\''"
    print "ptxas info    : Function properties for " kernel
    print "    0 bytes stack frame, " spilled " bytes spill stores, " spilled " bytes spill loads"
    print "ptxas info    : Used 168 registers, used 1 barriers"
  }
  /\.entry / {
    finish()
    kernel = $0
    sub(/.*\.entry /, "", kernel)
    sub(/[^A-Za-z0-9_].*/, "", kernel)
    products = found = 0
  }
  /wgmma\.mma_async/ { ++products }
  beside != "" && index($0, beside) { found = 1 }
  END { finish() }' "$input"
echo "$(grep -c 'wgmma.mma_async' "$input") wgmma" > "$output"
