#!/bin/sh
# Stands in for ptxas: a kernel with more than $MOST_PRODUCTS wgmma instructions
# spills 24 bytes.
while [ $# -gt 0 ]; do
  case $1 in
    -o) output=$2; shift ;;
    -*) ;;
    *) input=$1 ;;
  esac
  shift
done
kernel=$(sed -n 's/.*\.entry \([A-Za-z0-9_]*\).*/\1/p' "$input")
products=$(grep -c 'wgmma.mma_async' "$input")
spilled=0
[ "$products" -le "$MOST_PRODUCTS" ] || spilled=12
echo "ptxas info    : Compiling entry function '$kernel' for 'sm_90a'"
echo "ptxas info    : Function properties for $kernel"
echo "    0 bytes stack frame, $spilled bytes spill stores, $spilled bytes spill loads"
echo "ptxas info    : Used 168 registers, used 1 barriers"
echo "$products wgmma" > "$output"
