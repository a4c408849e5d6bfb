#!/bin/sh
# For gq-reduce: 1, of interest, where a file still has a gq.quantize, else 0.
gq-opt "$1" 2> /dev/null | grep -q 'gq.quantize' && exit 1
exit 0
