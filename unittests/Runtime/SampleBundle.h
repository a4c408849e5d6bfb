//===- SampleBundle.h - the bundle of the tests -----------------*- C++ -*-===//
#ifndef GQ_UNITTESTS_RUNTIME_SAMPLEBUNDLE_H
#define GQ_UNITTESTS_RUNTIME_SAMPLEBUNDLE_H

#include "gq/Bundle/Container.h"

#include <string>
#include <vector>

/// Two inputs a [m, k] bf16 and b [n, k] fp8, one result [m, n] bf16, workspace
/// for a quantised copy of a, two launches; the second has two variants.
inline std::string sampleMetadata() {
  return R"({"version":1,"target":"sm_90a","functions":[{"name":"linear",
 "inputs":[{"name":"a","type":"bf16","shape":[-1,-1]},
           {"name":"b","type":"f8E4M3FN","shape":[256,-1]}],
 "outputs":[{"name":"r","type":"bf16","shape":["a.0","b.0"]}],
 "workspace":[{"name":"q","type":"f8E4M3FN","shape":["a.0","a.1"]},
              {"name":"s","type":"f32","shape":["a.0",["ceildiv","a.1",128]]}],
 "checks":[{"expr":["eq","b.1","a.1"],
            "message":"operand b: dimension 1 must equal dimension 1 of operand a"}],
 "launches":[
  {"variants":[{"kernel":"quantize","grid":["a.0",1,1],"block":[128,1,1],
    "cluster":[1,1,1],"smem":0,"params":[{"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"q"},{"kind":"pointer","buffer":"s"}]}]},
  {"variants":[
   {"when":["and",["ge","a.1",32],["le","a.0",64]],"kernel":"gemm_small",
    "grid":[["min","num_sms",["floordiv","b.0",128]],["min",1,"a.0"],1],
    "block":[256,1,1],"cluster":[1,1,1],"smem":100000,"params":[
     {"kind":"i32","value":["mul","a.0",["mul","a.1",1000]]}]},
   {"when":["gt","a.0",64],"kernel":"gemm_large",
    "grid":[["mul",2,["ceildiv","a.0",128]],2,1],"block":[384,1,1],
    "cluster":[2,1,1],"smem":217664,"params":[
     {"kind":"tensormap","buffer":"q","dtype":"u8","dims":["a.1","a.0"],
      "strides":["a.1"],"box":[128,64],"swizzle":128,"l2promotion":256},
     {"kind":"tensormap","buffer":"r","dtype":"bf16","dims":["b.0","a.0"],
      "strides":[["mul",2,"b.0"]],"box":[32,16],"swizzle":64,"l2promotion":0},
     {"kind":"i32","value":"a.0"},{"kind":"i64","value":["sub",0,"num_sms"]},
     {"kind":"f32","value":0.5}]}]}]}]})";
}

/// The sample, whose a may have gaps between rows: the first kernel takes its
/// pitch, the second a tensor map of it.
inline std::string pitchedMetadata() {
  std::string text = sampleMetadata();
  auto edit = [&](const std::string &from, const std::string &to) {
    text.replace(text.find(from), from.size(), to);
  };
  edit("\"version\":1", "\"version\":3");
  edit(R"("shape":[-1,-1]})", R"("shape":[-1,-1],"pitched":true})");
  edit(R"({"kind":"pointer","buffer":"s"}])",
       R"({"kind":"i32","value":"a.pitch"}])");
  edit(R"("buffer":"q","dtype":"u8","dims":["a.1","a.0"],
      "strides":["a.1"],"box":[128,64])",
       R"("buffer":"a","dtype":"bf16","dims":["a.1","a.0"],
      "strides":[["mul",2,"a.pitch"]],"box":[64,64])");
  return text;
}

inline std::vector<gridquant::Image> sampleImages() {
  return {{gridquant::ImageKind::Cubin, "sm_90a",
           "CUBIN quantize gemm_small gemm_large"},
          {gridquant::ImageKind::PTX, "sm_90a",
           "// ptx quantize gemm_small gemm_large"}};
}

#endif // GQ_UNITTESTS_RUNTIME_SAMPLEBUNDLE_H
