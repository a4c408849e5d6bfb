//===- Patterns.h - the pieces of the lowering ------------------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_PATTERNS_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_PATTERNS_H

#include "KernelAbi.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::gqgpu {

/// A pattern that can ask about the kernel it is used in.
template <typename OpTy>
class KernelPattern : public OpConversionPattern<OpTy> {
public:
  KernelPattern(const TypeConverter &converter, MLIRContext *context,
                const KernelAbi &abi)
      : OpConversionPattern<OpTy>(converter, context), abi(abi) {}

protected:
  const KernelAbi &abi;
};

/// Replaces roles by scf ops, and tells `abi` what ops of rings have to know of
/// their roles.
void expandRoles(LLVM::LLVMFuncOp function, KernelAbi &abi);

/// The address of a tile of `slot` in `ring`, which begins at 0.
Value tileAddress(Emitter &e, Value ring, RingLayout::Tile tile, Value slot);

/// Said of the last index of an access: it is a multiple of `elements`.
template <typename OpTy> bool isAligned(OpTy op, int64_t elements) {
  return op.getAligned().value_or(1) % elements == 0;
}

/// Fragments, rings, cursors and slots as LLVM types.
void addTypeConversions(LLVMTypeConverter &converter);

/// Chunks of 16-bit floats are held as they are loaded, two to a word: what is
/// only read once more then takes half the registers.
bool holdsPairs(FragmentType type);
/// The elements of a converted fragment that is not of codes, and the registers
/// of elements.
SmallVector<Value> unpackElements(Emitter &e, Value fragment,
                                  FragmentType type);
SmallVector<Value> packElements(Emitter &e, ArrayRef<Value> elements,
                                FragmentType type);

/// A float of 16 or 32 bits, or an i32 rounded to nearest even, as f32.
Value widen(Emitter &e, Value value);
/// The sum of two f32, or of two i32.
Value addSums(Emitter &e, Value lhs, Value rhs);
/// The larger of two f32; a number wins against NaN.
Value maxOf(Emitter &e, Value lhs, Value rhs);

/// Quotients of f32, rounded to nearest, for which one branch decides how they
/// are computed: of kDivisions, where nothing says how many.
constexpr int64_t kDivisions = 8;
SmallVector<Value> divide(Emitter &e, ArrayRef<Value> dividends,
                          ArrayRef<Value> divisors);

/// The largest magnitude of `members` of a converted fragment of type `type`,
/// and of `max` if that is not null: in words where the fragment has words, so
/// `magnitudeOf` gives the f32.
Value addMagnitudes(Emitter &e, Value max, ArrayRef<Value> members,
                    FragmentType type);
Value magnitudeOf(Emitter &e, Value max, FragmentType type);

/// Saturated bytes of s32 values, in registers of `perRegister` elements.
SmallVector<Value> packInt8(Emitter &e, ArrayRef<Value> codes,
                            int64_t perRegister);
/// i8 codes of scaled values, in registers of `perRegister` elements.
SmallVector<Value> convertToInt8(Emitter &e, ArrayRef<Value> scaled,
                                 int64_t perRegister);
/// Codes of four bits, i4 or f4E2M1FN, of scaled values, in registers of
/// `perRegister` elements.
SmallVector<Value> packFourBits(Emitter &e, ArrayRef<Value> scaled, Type format,
                                int64_t perRegister);

/// An f8E8M0FNU scale, an i8, as f32: 2^-127 is a denormal, 255 is NaN.
Value decodeE8M0(Emitter &e, Value code);
/// The code of the least power of two that is not below an f32; NaN of what is
/// infinite or negative.
Value encodeE8M0(Emitter &e, Value value);

/// A code of four bits, those from bit `at` of a word on, as f32.
Value unpackCode(Emitter &e, Value word, int64_t at, Type format);

/// The number of this thread among those of the copying role of `op`, from 0
/// on, and how many there are.
std::pair<Value, int64_t> copyingThread(Emitter &e, const KernelAbi &abi,
                                        CopyLoadOp op);
/// Where byte `offset` of `tile` lies: units of 16 bytes are permuted as the
/// copy engine does it, by the 128 bytes that they are in.
Value swizzled(Emitter &e, TileType tile, Value offset);
/// A copy_load of codes of four bits, and the address that they are decoded to.
struct DecodedCopy {
  CopyLoadOp op;
  SmallVector<Value> indices, scaleIndices;
  Value dest;
};
/// Several, of one source: all loads come before what is stored.
void decodeTiles(Emitter &e, const KernelAbi &abi,
                 ArrayRef<DecodedCopy> copies);

/// Reductions other than the largest magnitude.
void populateBlockReducePatterns(RewritePatternSet &patterns,
                                 const LLVMTypeConverter &converter,
                                 const KernelAbi &abi);
/// What a kernel has of those in front and behind.
void populateDependencyPatterns(RewritePatternSet &patterns);
void populateEncodePatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter,
                            const KernelAbi &abi);
void populateFragmentPatterns(RewritePatternSet &patterns,
                              const LLVMTypeConverter &converter,
                              const KernelAbi &abi);
void populateLoadPatterns(RewritePatternSet &patterns,
                          const LLVMTypeConverter &converter,
                          const KernelAbi &abi);
void populateMmaPatterns(RewritePatternSet &patterns,
                         const LLVMTypeConverter &converter,
                         const KernelAbi &abi);
/// Conversions of single values to and from elements of one byte.
void populateNarrowPatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter);
void populatePartPatterns(RewritePatternSet &patterns,
                          const LLVMTypeConverter &converter,
                          const KernelAbi &abi);
void populatePeerPatterns(RewritePatternSet &patterns,
                          const LLVMTypeConverter &converter,
                          const KernelAbi &abi);
void populateQuantizePatterns(RewritePatternSet &patterns,
                              const LLVMTypeConverter &converter,
                              const KernelAbi &abi);
void populateReducePatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter,
                            const KernelAbi &abi);
void populateRingPatterns(RewritePatternSet &patterns,
                          const LLVMTypeConverter &converter,
                          const KernelAbi &abi);
/// Maxima that a math role shares.
void populateMaximaPatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter,
                            const KernelAbi &abi);
void populateRowSumPatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter,
                            const KernelAbi &abi);
/// Ops on single values that are an instruction or a register of their own.
void populateScalarPatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter);
void populateSharedPatterns(RewritePatternSet &patterns,
                            const LLVMTypeConverter &converter,
                            const KernelAbi &abi);
void populateStagePatterns(RewritePatternSet &patterns,
                           const LLVMTypeConverter &converter,
                           const KernelAbi &abi);
void populateStorePatterns(RewritePatternSet &patterns,
                           const LLVMTypeConverter &converter,
                           const KernelAbi &abi);

/// All of the above, and what kernels use of upstream's dialects.
void populateGQGPUToNVVMPatterns(RewritePatternSet &patterns,
                                 const LLVMTypeConverter &converter,
                                 const KernelAbi &abi);

/// Where the values of a fragment lie: row and column of value `i` (of its
/// first element, for a value that stands for a chunk), as i32 values.
class FragmentPositions {
public:
  FragmentPositions(Emitter &e, FragmentType type, const KernelAbi &abi);
  /// Static offset of value `i` from this thread's first, and that first.
  Position offset(int64_t i) const { return type.getOffset(i); }
  Value row, column;
  int64_t chunk;

  /// The block of value `i` of a fragment that is constant over blocks: its row
  /// and column among the blocks, and whether this thread holds its first
  /// element.
  struct Block {
    Value row, column, isFirst;
  };
  Block block(Emitter &e, int64_t i) const;

private:
  FragmentType type;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_PATTERNS_H
