//===- StagePatterns.cpp - fragments on their way to global memory --------===//
//
// Into shared memory in the order in which they leave from there. Products are
// swizzled, so that neither stmatrix nor the copy engine meets bank conflicts;
// of transposed codes see TransposedStore.cpp.
//
//===----------------------------------------------------------------------===//
#include "FragmentAddress.h"
#include "MemoryAccess.h"
#include "TransposedStore.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// The 16 rows of a product that a warp has in a staging buffer, which has a
/// part for each warp of the role.
class WarpRows {
public:
  WarpRows(Emitter &e, const KernelAbi &abi, Operation *op, TileType tile,
           Value buffer)
      : e(e), columns(tile.getShape()[2]), pitch(tile.getRowBytes()) {
    int64_t first = abi.roles.at(op).firstWarp;
    Value warp = first ? e.add(abi.warp, -first) : abi.warp;
    base = e.add(buffer, e.mul(warp, tile.getShape()[1] * pitch));
  }

  /// The address of 16-byte chunk `chunk` of `row`: chunk numbers are xored
  /// with address bits 7 and up, which for a row pitch of 128, 64 or 32 bytes
  /// are row, row/2 or row/4.
  Value at(Value row, Value chunk) {
    int64_t shift = pitch == 128 ? 0 : pitch == 64 ? 1 : 2;
    Value key = e.bitAnd(e.lshr(row, shift), pitch / 16 - 1);
    return e.add(e.add(base, e.mul(row, pitch)),
                 e.shl(e.bitXor(chunk, key), 4));
  }

  Emitter &e;
  int64_t columns, pitch;
  Value base;
};

struct StagePattern : KernelPattern<StageOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(StageOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getValue().getType());
    SmallVector<Value> values = unpackElements(e, adaptor.getValue(), type);
    if (!type.getBlock().empty())
      stageScales(e, op, type, adaptor.getBuffer(), values);
    else if (op.getBuffer().getType().getBand())
      stageCodes(e, abi, op, adaptor.getBuffer(), values);
    else
      stageProduct(e, op, adaptor.getBuffer(), values);
    rewriter.eraseOp(op);
    return success();
  }

private:
  /// By the thread that holds the block's first element.
  void stageScales(Emitter &e, StageOp op, FragmentType type, Value buffer,
                   ArrayRef<Value> values) const {
    FragmentPositions at(e, type, abi);
    TileType tile = op.getBuffer().getType();
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    for (auto [i, value] : llvm::enumerate(values)) {
      auto [row, column, isFirst] = at.block(e, i);
      if (op.getTransposed())
        std::swap(row, column);
      Value word = e.add(e.mul(row, tile.getShape()[1]), column);
      ptx::storeShared(e.b, e.loc, e.add(buffer, e.mul(word, bytes)),
                       /*offset=*/0, bitsOf(e, value), isFirst);
    }
  }

  void stageProduct(Emitter &e, StageOp op, Value buffer,
                    ArrayRef<Value> values) const {
    TileType tile = op.getBuffer().getType();
    WarpRows rows(e, abi, op, tile, buffer);
    auto first = static_cast<int64_t>(op.getColumn());
    if (tile.getElementType().getIntOrFloatBitWidth() == 16) {
      // stmatrix: lanes 8m .. 8m+7 give the rows of matrix m: rows 0-7 and
      // 8-15 of one 16-byte column, then of the next.
      Value matrix = e.lshr(abi.lane, 3), r = e.bitAnd(abi.lane, 7);
      Value row = e.add(r, e.shl(e.bitAnd(matrix, 1), 3));
      for (int64_t pair = 0; pair < rows.columns / 16; ++pair) {
        SmallVector<Value> matrices;
        for (int64_t j = 0; j < 4; ++j) {
          int64_t i = (first / 8 + 2 * pair + j / 2) * 4 + j % 2 * 2;
          matrices.push_back(packHalves(e, values[i], values[i + 1]));
        }
        Value chunk = e.add(e.lshr(matrix, 1), 2 * pair);
        ptx::storeMatrices(e.b, e.loc, rows.at(row, chunk), matrices);
      }
      return;
    }
    for (int64_t half : {0, 1}) {
      Value row = e.add(e.lshr(abi.lane, 2), 8 * half);
      for (int64_t group = 0; group < rows.columns / 8; ++group) {
        Value chunk = e.add(e.lshr(e.bitAnd(abi.lane, 3), 1), 2 * group);
        Value address =
            e.add(rows.at(row, chunk), e.shl(e.bitAnd(abi.lane, 1), 3));
        int64_t i = (first / 8 + group) * 4 + 2 * half;
        ptx::storeShared(e.b, e.loc, address, /*offset=*/0,
                         {bitsOf(e, values[i]), bitsOf(e, values[i + 1])});
      }
    }
  }
};

struct StoreSharedPattern : KernelPattern<StoreSharedOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(StoreSharedOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    if (op.getTransposed())
      storeTransposed(e, abi, op, adaptor.getBuffer(), adaptor.getIndices(),
                      adaptor.getEnds());
    else
      storeRows(e, op, adaptor);
    rewriter.eraseOp(op);
    return success();
  }

private:
  void storeRows(Emitter &e, StoreSharedOp op, OpAdaptor adaptor) const {
    TileType tile = op.getBuffer().getType();
    int64_t columns = tile.getShape()[1], count = tile.getShape()[0] * columns;
    int64_t bytes = tile.getElementType().getIntOrFloatBitWidth() / 8;
    Value firstRow = adaptor.getIndices()[0];
    if (abi.blocksPerTile > 1)
      firstRow = e.add(firstRow, e.mul(abi.clusterRank, tile.getShape()[0]));
    SmallVector<Value> ends =
        endsOf(e, abi, op.getDest(), adaptor.getEnds(), op.getEndDims());
    for (int64_t begin = 0; begin < count; begin += abi.threads) {
      Value word = e.add(abi.thread, begin);
      Value exists = e.ult(word, e.c32(count));
      // Past the end, any will do: it is not stored.
      word = e.select(exists, word, e.c32(0));
      Value value = ptx::loadShared(
          e.b, e.loc, e.add(adaptor.getBuffer(), e.mul(word, bytes)),
          e.b.getIntegerType(8 * bytes));
      auto [address, inside] = elementAt(
          e, abi, op.getDest(), ends, e.add(firstRow, e.udiv(word, columns)),
          e.add(adaptor.getIndices()[1], e.urem(word, columns)), bytes);
      ptx::storeGlobal(e.b, e.loc, address, /*offset=*/0, value,
                       e.both(exists, inside));
    }
  }
};

struct TmaStorePattern : KernelPattern<TmaStoreOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(TmaStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value elected = ptx::elect(e.b, e.loc);
    TileType tile = op.getBuffer().getType();
    WarpRows rows(e, abi, op, tile, adaptor.getBuffer());
    Value row = e.add(adaptor.getIndices()[0],
                      e.mul(e.bitAnd(abi.warp, 3), tile.getShape()[1]));
    TmaBox box = storeBox(tile, abi.operandOf(op.getDest()));
    ptx::storeTensor(e.b, e.loc, abi.tensorMap(box),
                     {adaptor.getIndices()[1], row}, rows.base, elected);
    ptx::commitBulk(e.b, e.loc, elected);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateStagePatterns(RewritePatternSet &patterns,
                                        const LLVMTypeConverter &converter,
                                        const KernelAbi &abi) {
  patterns.add<StagePattern, StoreSharedPattern, TmaStorePattern>(
      converter, patterns.getContext(), abi);
}
