// One test for every diagnostic: how a kernel is launched.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects an operand number that is not negative, got -1}}
#a = #gqgpu.size<-1[0]>

// -----

// expected-error@+1 {{expects a dimension that is not negative, got -2}}
#a = #gqgpu.size<0[-2]>

// -----

// expected-error@+1 {{expects an operand number that is not negative, got -1}}
#a = #gqgpu.pointer<-1>

// -----

// expected-error@+1 {{expects an operand number that is not negative, got -1}}
#a = #gqgpu.pitch<-1>

// -----

// expected-error@+1 {{expects an operand number that is not negative, got -1}}
#a = #gqgpu.tensor_map<-1 as u8 box [1]>

// -----

// expected-error@+1 {{expects positive extents of a box, got 0}}
#a = #gqgpu.tensor_map<0 as u8 box [128, 0]>

// -----

// expected-error@+1 {{expects a swizzle of 0, 32, 64 or 128 bytes, got 16}}
#a = #gqgpu.tensor_map<0 as u8 box [128] swizzle 16>

// -----

// expected-error@+1 {{expects an l2promotion of 0, 64, 128 or 256 bytes, got 32}}
#a = #gqgpu.tensor_map<0 as u8 box [128] l2promotion 32>

// -----

// expected-error@+2 {{expected ::mlir::gqgpu::TmaElement to be one of: u8, bf16, f16, f32}}
// expected-error@+1 {{failed to parse GQGPU_TensorMapAttr parameter 'element'}}
#a = #gqgpu.tensor_map<0 as i64 box [128]>

// -----

// expected-error@+1 {{expects at least 1 expression}}
#a = #gqgpu.grid<[] -> ()>

// -----

// expected-error@+1 {{use of undeclared identifier}}
#a = #gqgpu.grid<[0[0]] -> (s1)>

// -----

// expected-error@+1 {{expected 'persistent'}}
#a = #gqgpu.grid<[] -> (1), often>

// -----

// expected-error@+1 {{expects a positive number of threads, got 0}}
#a = #gqgpu.launch<threads = 0, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = []>

// -----

// expected-error@+1 {{expects a positive cluster, got 0}}
#a = #gqgpu.launch<threads = 1, cluster = 0, shared_memory = 0, grid = <[] -> (1)>, params = []>

// -----

// expected-error@+1 {{expects bytes of shared memory that are not negative, got -1}}
#a = #gqgpu.launch<threads = 1, cluster = 1, shared_memory = -1, grid = <[] -> (1)>, params = []>

// -----

// expected-error@+1 {{expects parameter 1 to be #gqgpu.tensor_map, #gqgpu.pointer, #gqgpu.size or #gqgpu.pitch, got 4 : i64}}
#a = #gqgpu.launch<threads = 1, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<0>, 4]>

// -----

// expected-error@+1 {{expects gqgpu.launch to be #gqgpu.launch, got {threads = 128 : i64}}}
llvm.func @k() attributes {gqgpu.launch = {threads = 128 : i64}}

// -----

#a = #gqgpu.launch<threads = 1, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = []>
// expected-error@+1 {{has gqgpu.launch, which belongs on an llvm.func}}
func.func private @k() attributes {gqgpu.launch = #a}

// -----

#a = #gqgpu.launch<threads = 1, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = []>
// expected-error@+1 {{expects a parameter in gqgpu.launch for each of its 1 arguments, got 0}}
llvm.func @k(!llvm.ptr<1>) attributes {gqgpu.launch = #a}

// -----

#a = #gqgpu.launch<threads = 1, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.pointer<0>]>
// expected-error@+1 {{expects argument 0 to take parameter #gqgpu.pointer<0> of gqgpu.launch, got '!llvm.ptr'}}
llvm.func @k(!llvm.ptr) attributes {gqgpu.launch = #a}

// -----

#a = #gqgpu.launch<threads = 1, cluster = 1, shared_memory = 0, grid = <[] -> (1)>, params = [#gqgpu.size<0[0]>]>
// expected-error@+1 {{expects argument 0 to take parameter #gqgpu.size<0[0]> of gqgpu.launch, got 'i64'}}
llvm.func @k(i64) attributes {gqgpu.launch = #a}

// -----

// expected-error@+1 {{expects a positive number of thread blocks for each multiprocessor, got 0}}
#a = #gqgpu.grid<[] -> (1), persistent 0>
