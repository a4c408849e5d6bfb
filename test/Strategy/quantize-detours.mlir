// What a quantisation had to do since nothing better fits is a remark.
// RUN: gq-opt %s --gq-select-config --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s
// RUN: gq-opt %s --gq-select-config --remarks-filter=candidates -o /dev/null 2>&1 | FileCheck %s --check-prefix=WEIGHED

// CHECK: [Passed] config {{.*}}tile = [256, 256], threads = 512, slabs = 2, park = true, candidate = 0>"
// CHECK: [Passed] park {{.*}}Remark="131072 bytes wait in shared memory for the cast"
// WEIGHED: candidate 0 {{.*}}slabs = 2, park = true>: cost 0.00, {{[0-9]+}} bytes of shared memory, 64 of 64 registers"
// WEIGHED: candidate 1 {{.*}}cluster = 2>: cost 1.00
func.func @parked(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<2x4xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>) : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>
}

// CHECK: [Passed] config {{.*}}slabs = 2, park = false>"
// CHECK: [Missed] park {{.*}}Remark="1 of 2 slabs are read again: 131072 bytes of them may wait in shared memory, but park is false"
func.func @not_parked(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<2x4xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>)
      {config = #gq.quantize_config<tile = [256, 256], threads = 512, slabs = 2, park = false>} : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>
}

// CHECK: [Passed] config {{.*}}slabs = 8, park = false>"
// CHECK: [Missed] park {{.*}}Remark="7 of 8 slabs are read again: they take 917504 bytes of the 232448 of shared memory"
func.func @no_room(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<1x2xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>) {
  %r:2 = gq.quantize %x block [512, 512] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>)
      {config = #gq.quantize_config<tile = [512, 512], threads = 512, slabs = 8>} : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>
}

// CHECK: [Passed] config {{.*}}slabs = 16>"
// CHECK: [Missed] park {{.*}}Remark="every slab is read again: passes = 2 keeps none"
func.func @keeps_none(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<2x4xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>)
      {config = #gq.quantize_config<tile = [256, 256], threads = 128, passes = 2, slabs = 16>} : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<2x4xf32>
}

// CHECK: [Passed] config {{.*}}cluster = 8, candidate = 0>"
// CHECK: [Passed] cluster {{.*}}Remark="8 thread blocks share a tile: one has no registers for all of it"
func.func @cluster(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<1x2xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>) {
  %r:2 = gq.quantize %x block [512, 512] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>) : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>
}

// CHECK: [Passed] config {{.*}}passes = 2, candidate = 0>"
// CHECK: [Missed] passes {{.*}}Remark="x is read twice: no tile of whole blocks of 1x200000 fits the registers of a cluster"
func.func @passes(%x: tensor<?x?xbf16>, %q: tensor<?x?xf8E4M3FN>, %s: tensor<?x?xf32>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %r:2 = gq.quantize %x block [1, 200000] outs(%q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %r#0, %r#1 : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}

// CHECK: [Passed] config {{.*}}passes = 2>"
// CHECK: [Missed] passes {{.*}}Remark="x is read twice, as its config says"
func.func @passes_by_hand(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<512x8xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<512x8xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<512x8xf32>)
      {config = #gq.quantize_config<tile = [16, 512], passes = 2>} : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<512x8xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<512x8xf32>
}
