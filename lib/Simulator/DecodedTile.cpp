//===- DecodedTile.cpp - codes of four bits on their way to a tile --------===//
#include "GQChecks.h"
#include "ThreadBlock.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/FourBits.h"

using namespace mlir;
using namespace mlir::gq::sim;
using mlir::gq::RuntimeTensor;

LogicalResult
mlir::gq::sim::readDecoded(Operation *op, int64_t block, Buffer &codes,
                           ArrayRef<int64_t> indices, Buffer &scales,
                           ArrayRef<int64_t> scaleIndices, Type packed,
                           ArrayRef<int64_t> blocks, RuntimeTensor &tile) {
  if (!tile.getElementType())
    return success();
  using gridquant::ElementType;
  int64_t rows = tile.getDim(0), columns = tile.getDim(1);
  auto read = [&](Buffer &from, ArrayRef<int64_t> at, int64_t rows,
                  int64_t columns) -> FailureOr<RuntimeTensor> {
    std::string why;
    std::optional<RuntimeTensor> part = RuntimeTensor::create(
        from.tensor.getElementType(), {rows, columns}, why);
    if (!part)
      return op->emitOpError("tile ") << why, failure();
    if (failed(readTile(op, block, from, at, *part)))
      return failure();
    return std::move(*part);
  };
  int64_t across = llvm::divideCeil(columns, blocks[1]);
  FailureOr<RuntimeTensor> bytes = read(codes, indices, rows, columns / 2),
                           grid =
                               read(scales, scaleIndices,
                                    llvm::divideCeil(rows, blocks[0]), across);
  if (failed(bytes) || failed(grid))
    return failure();
  std::vector<float> factors(static_cast<size_t>(grid->getNumElements()));
  gridquant::convertToFloat(typeOf(*grid), grid->getData(),
                            grid->getNumElements(), factors.data());
  gridquant::FourBits format = *getFourBits(packed);
  std::vector<uint8_t> wide(static_cast<size_t>(columns));
  std::vector<float> values(static_cast<size_t>(columns));
  unsigned char *to = tile.getMutableData();
  size_t pitch = columns * tile.getElementSize();
  for (int64_t row = 0; row < rows; ++row, to += pitch) {
    gridquant::unpackFourBits(format, bytes->getData() + row * (columns / 2),
                              columns, wide.data());
    gridquant::convertToFloat(gridquant::widerFormat(format), wide.data(),
                              columns, values.data());
    for (int64_t column = 0; column < columns; ++column)
      values[column] *= factors[row / blocks[0] * across + column / blocks[1]];
    gridquant::convertFromFloat(ElementType::bf16, values.data(), columns, to);
  }
  return success();
}
