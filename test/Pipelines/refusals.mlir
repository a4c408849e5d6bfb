// What a late pass refuses is said of the ops of the program, not of those that passes made.
// RUN: gq-opt %s --gq-lower-to-nvvm --split-input-file --verify-diagnostics

func.func @floats(%x: tensor<48x256xf32>) -> tensor<48x256xf32> {
  // expected-error @below {{'arith.truncf' op computes with elements of 'f8E4M3', expects f8E4M3FN, f8E5M2 or f8E8M0FNU of those of one byte}}
  %n = arith.truncf %x : tensor<48x256xf32> to tensor<48x256xf8E4M3>
  %w = arith.extf %n : tensor<48x256xf8E4M3> to tensor<48x256xf32>
  return %w : tensor<48x256xf32>
}
