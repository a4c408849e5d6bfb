#!/bin/sh
# Stands in for a ptxas that leaves out tensor-core products: in each kernel those after
# the first $MOST_PRODUCTS are removed before the real one sees them.
real=$(command -v ptxas || echo /usr/local/cuda/bin/ptxas)
for argument; do
  case $argument in
    *.ptx) input=$argument ;;
  esac
done
awk -v most="$MOST_PRODUCTS" '
  /\.entry / { products = 0 }
  /wgmma\.mma_async/ {
    line = $0
    kept = ""
    while (match(line, /wgmma\.mma_async[^;]*;/)) {
      kept = kept substr(line, 1, RSTART - 1)
      if (++products <= most)
        kept = kept substr(line, RSTART, RLENGTH)
      line = substr(line, RSTART + RLENGTH)
    }
    $0 = kept line
  }
  { print }' "$input" > "$input.fewer" && mv "$input.fewer" "$input"
exec "$real" "$@"
