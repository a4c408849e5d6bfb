//===- MatmulConfig.h - strategy of one product -----------------*- C++ -*-===//
//
// What #gq.matmul_config says. A key is a member and its row.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_CONFIG_MATMULCONFIG_H
#define GQ_CONFIG_MATMULCONFIG_H

#include "gq/Config/Config.h"

namespace mlir::gq {

/// Configs of one product, each for a range of rows, at most.
inline constexpr int64_t kMostVariants = 12;

/// How the roles of a kernel share its tiles; gq-warp-specialize makes them.
enum class Schedule {
  Cooperative, ///< all math groups work on one tile
  PingPong,    ///< each has tiles of its own, in turn
  StreamK      ///< as cooperative; thread blocks share the last tiles along K
};

template <> struct KeyWords<Schedule> {
  static constexpr llvm::StringLiteral what =
      "how the math warp groups share the work";
  static constexpr llvm::StringLiteral words[] = {"cooperative", "pingpong",
                                                  "streamk"};
};

/// How scales come to a slot, where it holds more than one row of them.
enum class ScalePath {
  Copy,  ///< by threads, four bytes at once
  Tma,   ///< by the copy engine, sixteen bytes of each row
  Either ///< by the copy engine where their rows allow it, seen at launch
};

template <> struct KeyWords<ScalePath> {
  static constexpr llvm::StringLiteral what = "how scales are loaded";
  static constexpr llvm::StringLiteral words[] = {"copy", "tma", "either"};
};

/// How a tile of the result leaves.
enum class StorePath {
  Staged,  ///< through shared memory and the copy engine, where that can be
  Direct,  ///< from registers, sixteen bytes of a row at once
  Deferred ///< so as well, under the first product of the next tile
};

template <> struct KeyWords<StorePath> {
  static constexpr llvm::StringLiteral what = "how the result is stored";
  static constexpr llvm::StringLiteral words[] = {"staged", "direct",
                                                  "deferred"};
};

/// What the thread blocks of a cluster of two share: neighbours along N a tile
/// of a, along M one of b.
enum class ClusterShare { None, A, B };

template <> struct KeyWords<ClusterShare> {
  static constexpr llvm::StringLiteral what =
      "the tile that the thread blocks of a cluster share";
  static constexpr llvm::StringLiteral words[] = {"none", "a", "b"};
};

/// What the math groups divide between them.
enum class GroupSplit { M, N };

template <> struct KeyWords<GroupSplit> {
  static constexpr llvm::StringLiteral what =
      "what the math warp groups divide between them";
  static constexpr llvm::StringLiteral words[] = {"m", "n"};
};

/// Where rows of operands and of the result start that only a launch knows.
enum class RowPitch {
  Aligned, ///< at multiples of 16 bytes, as the copy engine takes them
  Any,     ///< anywhere: threads copy operands and store the result
  Either   ///< seen at launch
};

template <> struct KeyWords<RowPitch> {
  static constexpr llvm::StringLiteral what = "where rows may start";
  static constexpr llvm::StringLiteral words[] = {"aligned", "any", "either"};
};

/// Where the rows are added up that zero points of the other operand want.
enum class RowSums { Beside, Apart };

template <> struct KeyWords<RowSums> {
  static constexpr llvm::StringLiteral what =
      "where rows are added up for zero points";
  static constexpr llvm::StringLiteral words[] = {"beside", "apart"};
};

struct MatmulConfig {
  static constexpr llvm::StringLiteral name = "matmul_config";

  std::array<int64_t, 3> tile{}; ///< rows, columns, step along K
  int64_t stages = 4;
  int64_t mathGroups = 2;
  GroupSplit split = GroupSplit::M;
  int64_t parts = 1;
  Schedule schedule = Schedule::Cooperative;
  int64_t raster = 1;
  bool earlyWait = true;
  ScalePath scales = ScalePath::Copy;
  StorePath store = StorePath::Staged;
  RowPitch pitch = RowPitch::Aligned;
  ClusterShare cluster = ClusterShare::None;
  bool streamA = false, streamB = false;
  int64_t splitK = 1;
  int64_t kGroups = 1;
  bool decode = false;
  RowSums rowSums = RowSums::Beside;
  bool swap = false;
  bool dequantize = false;
  bool quantize = false;
  bool dual = false;
  /// Elementwise ops behind the product; none given: all that can be.
  std::optional<int64_t> epilogue;
  int64_t occupancy = 1;
  int64_t l2Promotion = 256;
  /// Slots, nanoseconds.
  std::optional<std::array<int64_t, 2>> pause;
  /// Of the roles that fill, of a math group.
  std::optional<std::array<int64_t, 2>> registers;
  std::optional<int64_t> candidate;

  bool storesDirectly() const { return store != StorePath::Staged; }
  /// Tiles that a thread block computes at once, each through a ring of its
  /// own, and the math groups of one.
  int64_t tilesAtOnce() const {
    return schedule == Schedule::PingPong ? mathGroups : 1;
  }
  int64_t groupsOfTile() const { return mathGroups / tilesAtOnce() / kGroups; }
  /// Rings of a thread block.
  int64_t rings() const { return tilesAtOnce() * kGroups; }

  /// Products side by side in a tile whose columns `groups` math groups work
  /// on.
  int64_t productsAcross(int64_t groups) const {
    return split == GroupSplit::N ? groups * parts : parts;
  }
  int64_t productsAcross() const { return productsAcross(mathGroups); }

  static constexpr auto keys() {
    return std::tuple(
        key("tile", &MatmulConfig::tile,
            "rows and columns of the result that the math groups compute "
            "together, or each of them with `schedule = pingpong`, and the "
            "step along K")
            .listOf("tile sizes", "to have 3 sizes"),
        key("stages", &MatmulConfig::stages,
            "slots of the shared-memory ring between the roles that fill and "
            "the math groups, or of the ring of each group with `schedule = "
            "pingpong` or `k_groups`"),
        key("math_groups", &MatmulConfig::mathGroups,
            "warp groups of 128 threads that multiply; the tile's rows or "
            "columns are split between them, unless each has tiles of its "
            "own"),
        key("split", &MatmulConfig::split,
            "what the math groups split between them: `m`, the tile's rows; "
            "`n`, its columns"),
        key("parts", &MatmulConfig::parts,
            "products side by side that a math group's columns are taken in, "
            "one after another: of the product in flight only one part needs "
            "registers"),
        key("schedule", &MatmulConfig::schedule,
            "`cooperative`: the math groups work on one tile together; "
            "`pingpong`: two math groups have tiles of their own, in turn, and "
            "store them one after the other, so that one multiplies meanwhile; "
            "`streamk`: as cooperative, and the thread blocks divide the steps "
            "of the last tiles evenly between them, so that all end together"),
        key("raster", &MatmulConfig::raster,
            "tile rows visited per column before the next column; with "
            "`cluster = b` pairs of them"),
        key("early_wait", &MatmulConfig::earlyWait,
            "wait for the next slot while the tensor cores still run"),
        key("scales", &MatmulConfig::scales,
            "how the scales of a tile's rows or columns are loaded: `copy`, by "
            "threads; `tma`, by the copy engine, with those of the steps "
            "beside them; `either`, by the copy engine where rows of M-major "
            "scales are multiples of 16 bytes, which is seen at launch"),
        key("store", &MatmulConfig::store,
            "how a tile of the result leaves: `staged`, through shared memory "
            "and by the copy engine, where that can be; `direct`, from "
            "registers, with the rows of b permuted so that a thread has 16 "
            "bytes of a row side by side; `deferred`, so as well, while the "
            "next tile's first product runs"),
        key("pitch", &MatmulConfig::pitch,
            "rows of a, b and the result whose length only a launch knows: "
            "`aligned`, whole 16 bytes, others are refused at launch; `any`, "
            "threads copy operands and store the result, several times slower; "
            "`either`, kernels of both kinds, between which the launch "
            "chooses"),
        key("cluster", &MatmulConfig::cluster,
            "`a`, `b`: the two thread blocks of a cluster take tiles beside "
            "one another, along N or along M, and share the tile of `a` or "
            "`b`, which is loaded once for both; `none`: no clusters"),
        key("stream_b", &MatmulConfig::streamB,
            "b goes through L2 once: its lines are the first to leave, those "
            "of a the last; for few rows of tiles, which all read a and want "
            "b at the same time"),
        key("stream_a", &MatmulConfig::streamA,
            "the same of a: its lines are the first to leave, those of b the "
            "last; for weights that are `a`"),
        key("split_k", &MatmulConfig::splitK,
            "thread blocks of a cluster that multiply a part of K each, whole "
            "steps of it in order, for one tile of the result; the sums of the "
            "parts are added in the order of the parts, in f32, to what the "
            "result starts from, and each stores as many of the columns, or "
            "the first one all of fewer than 8 for each; 1: none"),
        key("k_groups", &MatmulConfig::kGroups,
            "math groups that take the steps along K of a tile in turn, each "
            "through a ring of its own; the first one adds the sum of the "
            "second to its own, and stores; 1: none")
            .upTo(2),
        key("decode", &MatmulConfig::decode,
            "a and b, codes with scales, are decoded to bf16 by kernels of "
            "their own (`gq.dequantize`) and multiplied without scales. Exact "
            "for FP8 with scales of f8E8M0FNU, in the range of bf16; codes "
            "times other scales are rounded to bf16, which the compiler never "
            "chooses. All other keys are those of the product in bf16"),
        key("row_sums", &MatmulConfig::rowSums,
            "where the rows of a and b are added up that zero points of the "
            "other one want: `beside`, by the product's kernel, of the tiles "
            "that it multiplies; `apart`, once, by kernels of their own, and "
            "an elementwise op behind the product subtracts"),
        key("swap", &MatmulConfig::swap,
            "the transpose of the product of b and a is computed instead, for "
            "few rows of a: what multiplies 64 rows at once has those of b, "
            "and tiles have as few columns as a has rows. All other keys are "
            "those of that product, whose operand `a` is the `b` of this one"),
        key("dequantize", &MatmulConfig::dequantize,
            "the `gq.dequantize` of codes of four bits that makes `b`, or with "
            "`swap` the `a` of that product, and that nothing else reads, is "
            "computed in the same kernel by the threads that copy, and has no "
            "config: weights are read as codes, for few rows"),
        key("quantize", &MatmulConfig::quantize,
            "the `gq.quantize` behind the product and its elementwise ops is "
            "computed in the same kernel, from registers, and has no config: "
            "its blocks lie in one product where they have one row, else in a "
            "tile, or with `cluster = b` in those of two thread blocks"),
        key("dual", &MatmulConfig::dual,
            "a second product of the same a, which nothing reads but the "
            "elementwise ops behind this one, is computed in the same tiles, "
            "and has no config: a tile has rows of both `b`, a math group the "
            "sums of both (a dual GEMM)"),
        key("epilogue", &MatmulConfig::epilogue,
            "how many of the elementwise ops behind the product its kernel "
            "computes, the first ones; the others, and a `gq.quantize` behind "
            "them, have a kernel of their own. Not given: all that it can")
            .from(0),
        key("occupancy", &MatmulConfig::occupancy,
            "thread blocks that a multiprocessor has room for at once: each "
            "has so many-th of its shared memory and registers")
            .upTo(32),
        key("l2_promotion", &MatmulConfig::l2Promotion,
            "bytes that L2 fetches at once of a and b: 64, 128, or 256, which "
            "is a row of a tile and the one beside it")
            .from(64)
            .upTo(256),
        key("pause", &MatmulConfig::pause,
            "in a function whose kernels begin early: slots of the ring that "
            "are filled with what is `gq.constant` at once, and nanoseconds "
            "until the others are, unless the kernel's turn has come: what the "
            "kernel in front still loads does not queue behind them")
            .listOf("pause", "to hold 2 (slots, nanoseconds)")
            .upTo(1000000),
        key("registers", &MatmulConfig::registers,
            "registers per thread of the roles that fill and of the math "
            "groups; `gq-select-config` fills them in")
            .listOf("registers", "to hold 2 counts (producer, math groups)"),
        key("candidate", &MatmulConfig::candidate,
            "the place of this config among those the compiler weighed, from "
            "0; none if a person wrote it")
            .from(0));
  }
  std::optional<std::string> contradiction() const {
    if (l2Promotion != 64 && l2Promotion != 128 && l2Promotion != 256)
      return "expects l2_promotion of 64, 128 or 256, got " +
             std::to_string(l2Promotion);
    if (streamA && streamB)
      return "expects stream_a = false with stream_b: the lines of one operand "
             "are the first to leave, those of the other the last";
    if (quantize && epilogue)
      return "expects no epilogue with quantize = true: a quantisation is "
             "behind all elementwise ops, got " +
             std::to_string(*epilogue);
    if (dequantize && decode)
      return "expects decode = false with dequantize = true: kernels of their "
             "own decode a and b, or that of the product does b";
    if (dual)
      if (std::optional<std::string> reason = notDual())
        return "expects " + *reason + " with dual = true";
    if (kGroups > 1 && mathGroups != kGroups)
      return "expects as many math_groups as k_groups, " +
             std::to_string(kGroups) + ", got " + std::to_string(mathGroups);
    if (kGroups > 1 && schedule == Schedule::PingPong)
      return "expects k_groups = 1 with schedule = pingpong, got " +
             std::to_string(kGroups) + ": each math group has tiles of its own";
    if (pause && rings() > 1)
      return "expects no pause with " + std::to_string(rings()) +
             " rings, which are filled in turn";
    if (pause && (*pause)[0] >= stages)
      return "expects a pause behind fewer slots than the " +
             std::to_string(stages) + " of the ring, got " +
             std::to_string((*pause)[0]);
    if (splitK == 1 || cluster == ClusterShare::None)
      return std::nullopt;
    return "expects cluster = none with split_k of " + std::to_string(splitK) +
           ": the thread blocks of a cluster have parts of K of their own";
  }

  /// What keys of a product alone in its tiles are to be beside another one.
  std::optional<std::string> notDual() const {
    if (schedule != Schedule::Cooperative)
      return "schedule = cooperative";
    if (split != GroupSplit::M || parts != 1)
      return "split = m and parts = 1";
    if (splitK != 1 || kGroups != 1)
      return "split_k = 1 and k_groups = 1";
    if (cluster != ClusterShare::None)
      return "cluster = none";
    if (decode || dequantize || swap || epilogue)
      return "neither decode, dequantize, swap nor epilogue";
    if (rowSums == RowSums::Apart)
      return "row_sums = beside";
    return std::nullopt;
  }

  /// Whether the parts of K, of `k` elements (negative: not known), are equally
  /// long and of whole steps: they begin at the same elements then, whatever
  /// the step is.
  bool hasEvenParts(int64_t k) const {
    return splitK == 1 || (k >= 0 && k % (splitK * tile[2]) == 0);
  }

  /// Thread blocks that store columns of a tile of which each has a part of K:
  /// all of them, or the first one, where there are no 8 columns for each.
  int64_t sharers() const {
    constexpr int64_t kLeast = 8;
    return tile[1] % kLeast == 0 && tile[1] / kLeast % splitK == 0 ? splitK : 1;
  }
  int64_t clusterSize() const {
    return cluster == ClusterShare::None ? splitK : 2;
  }
  /// Tiles that a cluster takes at once, along M and N. Where its thread blocks
  /// have parts of K, those that store have columns of their tile.
  std::array<int64_t, 2> clusterTiles() const {
    return {cluster == ClusterShare::B ? 2 : 1,
            cluster == ClusterShare::A ? 2 : sharers()};
  }

  /// The config of the product in bf16 that `decode` asks for.
  MatmulConfig afterDecode() const {
    MatmulConfig config = *this;
    config.decode = false;
    return config;
  }

  /// The config of the product without zero points, behind which an elementwise
  /// op more is a part of it.
  MatmulConfig afterRowSums() const {
    MatmulConfig config = *this;
    config.rowSums = RowSums::Beside;
    if (config.epilogue)
      ++*config.epilogue;
    return config;
  }

  /// The config of the product of b and a, whose transpose `swap` asks for.
  MatmulConfig afterSwap() const {
    MatmulConfig config = *this;
    config.swap = false;
    return config;
  }

  /// What gq-apply-config makes of the op before it is tiled; empty: nothing.
  llvm::StringRef rewriting() const {
    if (pitch == RowPitch::Either)
      return "two kinds of rows";
    if (decode)
      return "decoded operands";
    if (rowSums == RowSums::Apart)
      return "sums of rows by kernels of their own";
    if (swap)
      return "swapped operands";
    return scales == ScalePath::Either ? "two ways to load scales" : "";
  }
};

inline bool operator==(const MatmulConfig &a, const MatmulConfig &b) {
  return haveSameKeys(a, b);
}
inline llvm::hash_code hash_value(const MatmulConfig &config) {
  return hashOfKeys(config);
}

} // namespace mlir::gq

#endif // GQ_CONFIG_MATMULCONFIG_H
