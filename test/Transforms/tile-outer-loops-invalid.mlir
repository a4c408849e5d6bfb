// RUN: gq-opt %s --gq-tile --split-input-file --verify-diagnostics

func.func @second(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    // expected-note@+1 {{the first one}}
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    // expected-error@+1 {{'gq.scaled_matmul' op is the second op with a kernel of its own in a loop over thread blocks; expects one}}
    %o = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%p : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %o into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xf32>
}

// -----

func.func @other(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    // expected-error@+1 {{'tensor.insert' op is in a loop over thread blocks, and not computed in the tiles of the gq op there}}
    %more = tensor.insert %zero into %xs[%s, %s] : tensor<100x2xf32>
    %p = gq.scaled_matmul %x, %b scales(%more block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xf32>
}

// -----

func.func @source(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> (tensor<300x96xf32>, tensor<300x96xf32>) {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r:2 = scf.forall (%s) in (3) shared_outs(%acc = %init, %more = %init) -> (tensor<300x96xf32>, tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      // expected-error@+1 {{'tensor.parallel_insert_slice' op expects a source that the gq op in the loop computes}}
      tensor.parallel_insert_slice %e into %more[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<300x96xf32>, tensor<300x96xf32>
}

// -----

func.func @used(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> (tensor<300x96xf32>, tensor<300x96xf32>) {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r:2 = scf.forall (%s) in (3) shared_outs(%acc = %init, %more = %init) -> (tensor<300x96xf32>, tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    // expected-error@+1 {{'scf.forall' op computes a tensor that the loop around it uses; expects it to be inserted into a result, once}}
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %more[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<300x96xf32>, tensor<300x96xf32>
}

// -----

func.func @rank(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<3x100x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<3x100x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<3x100x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      // expected-error@+1 {{'tensor.parallel_insert_slice' op expects unit strides, and a source of the rank of its destination, got 'tensor<100x96xf32>' into 'tensor<3x100x96xf32>'}}
      tensor.parallel_insert_slice %p into %acc[%s, 0, 0] [1, 100, 96] [1, 1, 1] : tensor<100x96xf32> into tensor<3x100x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<3x100x96xf32>
}

// -----

func.func @stride(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<600x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<600x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<600x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      // expected-error@+1 {{'tensor.parallel_insert_slice' op expects unit strides, and a source of the rank of its destination, got 'tensor<100x96xf32>' into 'tensor<600x96xf32>'}}
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [2, 1] : tensor<100x96xf32> into tensor<600x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<600x96xf32>
}

// -----

func.func @sizes(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %number = tensor.extract %g[%s] : tensor<3xi32>
    %n = arith.index_cast %number : i32 to index
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [%n, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<?x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [%n, 2] [1, 1] : tensor<300x2xf32> to tensor<?x2xf32>
    %e = tensor.empty(%n) : tensor<?x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
    // expected-error@+1 {{'scf.forall' op has a number of tiles that depends on the iteration of the loop around it; expects the same number in all}}
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<?x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [%n, 96] [1, 1] : tensor<?x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xf32>
}

// -----

func.func @inside(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %u = %c0 to %c1 step %c1 iter_args(%in = %init) -> (tensor<300x96xf32>) {
  // expected-error@+1 {{'scf.forall' op is over thread blocks and inside of 'scf.for'; expects one that is in the function, or in an scf.if there}}
  %v = scf.forall (%s) in (3) shared_outs(%acc = %in) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  scf.yield %v : tensor<300x96xf32>
  }
  return %r : tensor<300x96xf32>
}

// -----

func.func @place(%all: tensor<96x128xf32>) -> (tensor<96x128xf8E4M3FN>, tensor<96x1xf32>) {
  %qi = tensor.empty() : tensor<96x128xf8E4M3FN>
  %si = tensor.empty() : tensor<96x1xf32>
  %c0 = arith.constant 0 : index
  %r:2 = scf.forall (%s) in (3) shared_outs(%qo = %qi, %so = %si) -> (tensor<96x128xf8E4M3FN>, tensor<96x1xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 32)>(%s)
    %x = tensor.extract_slice %all[%row, 0] [32, 128] [1, 1] : tensor<96x128xf32> to tensor<32x128xf32>
    %qe = tensor.empty() : tensor<32x128xf8E4M3FN>
    %se = tensor.empty() : tensor<32x1xf32>
    %y:2 = gq.quantize %x block [1, 128] outs(%qe, %se : tensor<32x128xf8E4M3FN>, tensor<32x1xf32>)
        {config = #gq.quantize_config<tile = [32, 128]>} : tensor<32x128xf32> -> tensor<32x128xf8E4M3FN>, tensor<32x1xf32>
    %scale = tensor.extract %y#1[%c0, %c0] : tensor<32x1xf32>
    %number = arith.fptosi %scale : f32 to i32
    %at = arith.index_cast %number : i32 to index
    scf.forall.in_parallel {
      // expected-error@+1 {{expects a place that is known before what is written there, got one that comes of it}}
      tensor.parallel_insert_slice %y#0 into %qo[%at, 0] [32, 128] [1, 1] : tensor<32x128xf8E4M3FN> into tensor<96x128xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%row, 0] [32, 1] [1, 1] : tensor<32x1xf32> into tensor<96x1xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<96x128xf8E4M3FN>, tensor<96x1xf32>
}
