// Scales of one byte that are made in the kernel of the magnitudes they are of, read by a cast of
// other blocks or by nobody. Equal to the reference to the bit.
//
// RUN: gq-run %s --entry=alone --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: gq-run %s --entry=of_other_blocks --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=CHECK,TWO
// ONE: simulated 1 launches
// TWO: simulated 2 launches
// CHECK: check0 passed: equal bit for bit
// TWO: check1 passed: equal bit for bit

func.func @alone(%x: tensor<?x256xbf16>, %s: tensor<?x2xf32>, %e: tensor<?x2xf8E8M0FNU>) -> tensor<?x2xf8E8M0FNU> {
  %m = gq.block_absmax %x block [1, 128] outs(%s : tensor<?x2xf32>) : tensor<?x256xbf16> -> tensor<?x2xf32>
  %f = gq.absmax_to_scale %m to i8 outs(%e : tensor<?x2xf8E8M0FNU>) {pow2}
      : tensor<?x2xf32> -> tensor<?x2xf8E8M0FNU>
  return %f : tensor<?x2xf8E8M0FNU>
}

func.func @of_other_blocks(%x: tensor<?x256xbf16>, %s: tensor<?x2xf32>, %e: tensor<?x2xf8E8M0FNU>,
                           %q: tensor<?x256xi8>) -> (tensor<?x256xi8>, tensor<?x2xf8E8M0FNU>) {
  %m = gq.block_absmax %x block [1, 128] outs(%s : tensor<?x2xf32>) : tensor<?x256xbf16> -> tensor<?x2xf32>
  %f = gq.absmax_to_scale %m to i8 outs(%e : tensor<?x2xf8E8M0FNU>) {pow2}
      : tensor<?x2xf32> -> tensor<?x2xf8E8M0FNU>
  %c = gq.scaled_cast %x scales(%f block [1, 144]) outs(%q : tensor<?x256xi8>)
      : tensor<?x256xbf16>, tensor<?x2xf8E8M0FNU> -> tensor<?x256xi8>
  return %c, %f : tensor<?x256xi8>, tensor<?x2xf8E8M0FNU>
}
