// RUN: gq-opt %s --gq-check-shapes --split-input-file --verify-diagnostics

// Of each iteration as many as a number in memory says: only the launch could tell.
func.func @numbers(%x: tensor<64x128xbf16>, %g: tensor<2xi32>, %q: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
  %r:2 = scf.forall (%i) in (2) shared_outs(%qo = %q, %so = %s) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 32)>(%i)
    %number = tensor.extract %g[%i] : tensor<2xi32>
    %rows = arith.index_cast %number : i32 to index
    %t = tensor.extract_slice %x[%row, 0] [32, 128] [1, 1] : tensor<64x128xbf16> to tensor<32x128xbf16>
    %qe = tensor.empty() : tensor<32x128xf8E4M3FN>
    %se = tensor.empty(%rows) : tensor<?x1xf32>
    // expected-error@+1 {{'gq.quantize' op expects dimension 0 of operand scales_init to equal dimension 0 of operand x in each iteration of the loop around it, which cannot be shown}}
    %y:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<32x128xf8E4M3FN>, tensor<?x1xf32>)
        : tensor<32x128xbf16> -> tensor<32x128xf8E4M3FN>, tensor<?x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [32, 128] [1, 1] : tensor<32x128xf8E4M3FN> into tensor<64x128xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%row, 0] [%rows, 1] [1, 1] : tensor<?x1xf32> into tensor<64x1xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
}

// -----

// Slices of sizes that are known not to go together.
func.func @slices(%x: tensor<64x256xbf16>, %q: tensor<64x256xf8E4M3FN>, %s: tensor<64x3xf32>) -> (tensor<64x256xf8E4M3FN>, tensor<64x3xf32>) {
  %c3 = arith.constant 3 : index
  %r:2 = scf.forall (%i) in (2) shared_outs(%qo = %q, %so = %s) -> (tensor<64x256xf8E4M3FN>, tensor<64x3xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 32)>(%i)
    %t = tensor.extract_slice %x[%row, 0] [32, 256] [1, 1] : tensor<64x256xbf16> to tensor<32x256xbf16>
    %qe = tensor.empty() : tensor<32x256xf8E4M3FN>
    %se = tensor.empty(%c3) : tensor<32x?xf32>
    // expected-error@+1 {{'gq.quantize' op expects dimension 1 of operand scales_init to be the number of blocks of 128 in dimension 1 of operand x, which is 2, got 3}}
    %y:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<32x256xf8E4M3FN>, tensor<32x?xf32>)
        : tensor<32x256xbf16> -> tensor<32x256xf8E4M3FN>, tensor<32x?xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [32, 256] [1, 1] : tensor<32x256xf8E4M3FN> into tensor<64x256xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%row, 0] [32, %c3] [1, 1] : tensor<32x?xf32> into tensor<64x3xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<64x256xf8E4M3FN>, tensor<64x3xf32>
}

// -----

func.func @behind(%x: tensor<64x128xbf16>, %q: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
  %r:2 = scf.forall (%i) in (2) shared_outs(%qo = %q, %so = %s) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 40)>(%i)
    // expected-error@+1 {{'tensor.extract_slice' op expects a slice within dimension 0 of operand 0 (argument 0), which has size 64, in each iteration of the loop around it, got one that ends at 72}}
    %t = tensor.extract_slice %x[%row, 0] [32, 128] [1, 1] : tensor<64x128xbf16> to tensor<32x128xbf16>
    %qe = tensor.empty() : tensor<32x128xf8E4M3FN>
    %se = tensor.empty() : tensor<32x1xf32>
    %y:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<32x128xf8E4M3FN>, tensor<32x1xf32>)
        : tensor<32x128xbf16> -> tensor<32x128xf8E4M3FN>, tensor<32x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [32, 128] [1, 1] : tensor<32x128xf8E4M3FN> into tensor<64x128xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%row, 0] [32, 1] [1, 1] : tensor<32x1xf32> into tensor<64x1xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
}

// -----

func.func @before(%x: tensor<64x128xbf16>, %q: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
  %r:2 = scf.forall (%i) in (2) shared_outs(%qo = %q, %so = %s) -> (tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 32 - 16)>(%i)
    // expected-error@+1 {{'tensor.extract_slice' op expects a slice within dimension 0 of operand 0 (argument 0), which has size 64, in each iteration of the loop around it, got one that begins at -16}}
    %t = tensor.extract_slice %x[%row, 0] [32, 128] [1, 1] : tensor<64x128xbf16> to tensor<32x128xbf16>
    %qe = tensor.empty() : tensor<32x128xf8E4M3FN>
    %se = tensor.empty() : tensor<32x1xf32>
    %y:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<32x128xf8E4M3FN>, tensor<32x1xf32>)
        : tensor<32x128xbf16> -> tensor<32x128xf8E4M3FN>, tensor<32x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [32, 128] [1, 1] : tensor<32x128xf8E4M3FN> into tensor<64x128xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%row, 0] [32, 1] [1, 1] : tensor<32x1xf32> into tensor<64x1xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
}
