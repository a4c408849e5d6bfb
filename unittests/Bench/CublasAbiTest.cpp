//===- CublasAbiTest.cpp - our declarations against cublasLt.h ------------===//
//
// Compiling is the test.
//
//===----------------------------------------------------------------------===//
#include <cublasLt.h>

#include "CublasAbi.h"

#include <type_traits>

using namespace gridquant;

#define GQ_SAME(ours, theirs)                                                  \
  static_assert(static_cast<int>(ours) == static_cast<int>(theirs), #theirs)
GQ_SAME(cublas::Compute32F, CUBLAS_COMPUTE_32F);
GQ_SAME(cublas::Real32F, CUDA_R_32F);
GQ_SAME(cublas::Real16BF, CUDA_R_16BF);
GQ_SAME(cublas::Real8FE4M3, CUDA_R_8F_E4M3);
GQ_SAME(cublas::OpN, CUBLAS_OP_N);
GQ_SAME(cublas::OpT, CUBLAS_OP_T);
GQ_SAME(cublas::TransA, CUBLASLT_MATMUL_DESC_TRANSA);
GQ_SAME(cublas::TransB, CUBLASLT_MATMUL_DESC_TRANSB);
GQ_SAME(cublas::AScalePointer, CUBLASLT_MATMUL_DESC_A_SCALE_POINTER);
GQ_SAME(cublas::BScalePointer, CUBLASLT_MATMUL_DESC_B_SCALE_POINTER);
GQ_SAME(cublas::FastAccum, CUBLASLT_MATMUL_DESC_FAST_ACCUM);
GQ_SAME(cublas::MaxWorkspaceBytes, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES);
#if CUBLAS_VERSION >= 120900
GQ_SAME(cublas::AScaleMode, CUBLASLT_MATMUL_DESC_A_SCALE_MODE);
GQ_SAME(cublas::BScaleMode, CUBLASLT_MATMUL_DESC_B_SCALE_MODE);
GQ_SAME(cublas::ScaleVec128, CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F);
GQ_SAME(cublas::ScaleBlk128x128, CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F);
#endif

static_assert(sizeof(cublas::Algo) == sizeof(cublasLtMatmulAlgo_t));
static_assert(sizeof(cublas::Heuristic) ==
              sizeof(cublasLtMatmulHeuristicResult_t));
static_assert(offsetof(cublas::Heuristic, state) ==
              offsetof(cublasLtMatmulHeuristicResult_t, state));

template <size_t... Sizes> struct SizeList {};
template <typename Result, typename... Params>
constexpr SizeList<sizeof(Result), sizeof(Params)...>
    sizes(Result (*)(Params...));

namespace gridquant::cublas {
#define GQ_CUBLAS_SYMBOL(field, symbol, parameters)                            \
  using type_##field = Result(*) parameters;                                   \
  static_assert(std::is_same_v<decltype(sizes(type_##field(nullptr))),         \
                               decltype(sizes(&::symbol))>,                    \
                #symbol);
#include "CublasSymbols.def"
} // namespace gridquant::cublas
