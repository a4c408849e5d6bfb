"""Triton kernels to compare with: what one writes without GridQuant.

They follow the numerics of GridQuant (include/gq/Numerics/Quantize.h): the scale is
amax / 448, the codes are x * (1 / scale). Every kernel takes any shape.
"""

import torch
import triton
import triton.language as tl

FP8_MAX = tl.constexpr(448.0)
SMALLEST = tl.constexpr(1.1754943508222875e-38)  # the smallest normal f32


@triton.jit
def _scale(amax):
    return tl.where(amax == 0.0, 1.0, tl.maximum(amax / FP8_MAX, SMALLEST))


@triton.jit
def quantize_rows(x, q, s, rows, cols, scale_cols, BLOCK: tl.constexpr,
                  ROWS: tl.constexpr, GROUPS: tl.constexpr):  # fmt: skip
    """Blocks of 1 x BLOCK: ROWS rows by GROUPS blocks per program, one pass."""
    row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    group = tl.program_id(1) * GROUPS + tl.arange(0, GROUPS)
    col = group[:, None] * BLOCK + tl.arange(0, BLOCK)[None, :]
    at = row[:, None, None].to(tl.int64) * cols + col[None, :, :]
    inside = (row < rows)[:, None, None] & (col < cols)[None, :, :]
    values = tl.load(x + at, inside, 0.0).to(tl.float32)
    scale = _scale(tl.max(tl.abs(values), 2))
    codes = (values * (1.0 / scale)[:, :, None]).to(tl.float8e4nv)
    tl.store(q + at, codes, inside)
    where = row[:, None].to(tl.int64) * scale_cols + group[None, :]
    tl.store(s + where, scale, (row < rows)[:, None] & (group < scale_cols)[None, :])


@triton.jit
def quantize_square(x, q, s, rows, cols, scale_cols, BR: tl.constexpr, BC: tl.constexpr):
    """One block of BR x BC per program, kept in registers: one pass."""
    row = tl.program_id(0) * BR + tl.arange(0, BR)
    col = tl.program_id(1) * BC + tl.arange(0, BC)
    at = row[:, None].to(tl.int64) * cols + col[None, :]
    inside = (row < rows)[:, None] & (col < cols)[None, :]
    values = tl.load(x + at, inside, 0.0).to(tl.float32)
    scale = _scale(tl.max(tl.max(tl.abs(values), 1), 0))
    tl.store(q + at, (values * (1.0 / scale)).to(tl.float8e4nv), inside)
    tl.store(s + tl.program_id(0) * scale_cols + tl.program_id(1), scale)


@triton.jit
def block_scales(x, s, rows, cols, scale_cols, BR: tl.constexpr, BC: tl.constexpr,
                 STEP: tl.constexpr):  # fmt: skip
    """First of two passes: the scale of one block, STEP rows at a time. The lines are
    marked to stay in L2 for the second pass."""
    col = tl.program_id(1) * BC + tl.arange(0, BC)
    largest = tl.zeros([STEP, BC], tl.float32)
    for step in range(0, BR, STEP):
        row = tl.program_id(0) * BR + step + tl.arange(0, STEP)
        at = row[:, None].to(tl.int64) * cols + col[None, :]
        inside = (row < rows)[:, None] & (col < cols)[None, :]
        values = tl.load(x + at, inside, 0.0, eviction_policy="evict_last")
        largest = tl.maximum(largest, tl.abs(values.to(tl.float32)))
    scale = _scale(tl.max(tl.max(largest, 1), 0))
    tl.store(s + tl.program_id(0) * scale_cols + tl.program_id(1), scale)


@triton.jit
def cast_blocks(x, q, s, rows, cols, scale_cols, BR: tl.constexpr, BC: tl.constexpr,
                STEP: tl.constexpr):  # fmt: skip
    """Second of two passes: STEP rows of one block per program."""
    block = tl.program_id(0) // (BR // STEP)
    row = tl.program_id(0) * STEP + tl.arange(0, STEP)
    col = tl.program_id(1) * BC + tl.arange(0, BC)
    at = row[:, None].to(tl.int64) * cols + col[None, :]
    inside = (row < rows)[:, None] & (col < cols)[None, :]
    values = tl.load(x + at, inside, 0.0, eviction_policy="evict_first").to(tl.float32)
    inverse = 1.0 / tl.load(s + block * scale_cols + tl.program_id(1))
    tl.store(q + at, (values * inverse).to(tl.float8e4nv), inside)


@triton.jit
def quantize_in_phases(x, q, s, rows, cols, scale_cols, BR: tl.constexpr, BC: tl.constexpr,
                       TILE: tl.constexpr):  # fmt: skip
    """Both passes by the same program, one per block, in tiles of TILE x TILE: the
    schedule of GridQuant's first kernels. The second phase hopes for L2."""
    row = tl.program_id(0) * BR + tl.arange(0, TILE)
    col = tl.program_id(1) * BC + tl.arange(0, TILE)
    largest = tl.zeros([TILE, TILE], tl.float32)
    for r in range(0, BR, TILE):
        for c in range(0, BC, TILE):
            at = (row + r)[:, None].to(tl.int64) * cols + (col + c)[None, :]
            inside = (row + r < rows)[:, None] & (col + c < cols)[None, :]
            values = tl.load(x + at, inside, 0.0, eviction_policy="evict_last")
            largest = tl.maximum(largest, tl.abs(values.to(tl.float32)))
    scale = _scale(tl.max(tl.max(largest, 1), 0))
    tl.store(s + tl.program_id(0) * scale_cols + tl.program_id(1), scale)
    inverse = 1.0 / scale
    for r in range(0, BR, TILE):
        for c in range(0, BC, TILE):
            at = (row + r)[:, None].to(tl.int64) * cols + (col + c)[None, :]
            inside = (row + r < rows)[:, None] & (col + c < cols)[None, :]
            values = tl.load(x + at, inside, 0.0, eviction_policy="evict_first").to(tl.float32)
            tl.store(q + at, (values * inverse).to(tl.float8e4nv), inside)


@triton.jit
def scaled_matmul(a, b, d, sa, sb, m, n, k, BM: tl.constexpr, BN: tl.constexpr,
                  BK: tl.constexpr, GROUP: tl.constexpr):  # fmt: skip
    """D = A B^T with scales of 1 x BK for A and BN x BK for B; K a multiple of BK.
    The sum of every block of K is promoted to f32 registers."""
    tiles_m, tiles_n = tl.cdiv(m, BM), tl.cdiv(n, BN)
    tile = tl.program_id(0)
    first = tile // (GROUP * tiles_n) * GROUP
    height = tl.minimum(tiles_m - first, GROUP)
    row_tile = first + tile % (GROUP * tiles_n) % height
    col_tile = tile % (GROUP * tiles_n) // height
    row = row_tile * BM + tl.arange(0, BM)
    col = col_tile * BN + tl.arange(0, BN)
    depth = tl.arange(0, BK)
    # Rows that stick out read another row; they are not stored.
    from_a = a + (row % m)[:, None].to(tl.int64) * k + depth[None, :]
    from_b = b + (col % n)[None, :].to(tl.int64) * k + depth[:, None]
    scales_a = sa + (row % m).to(tl.int64) * (k // BK)
    scales_b = sb + col_tile.to(tl.int64) * (k // BK)
    sums = tl.zeros([BM, BN], tl.float32)
    for block in range(0, k // BK):
        product = tl.dot(tl.load(from_a), tl.load(from_b))
        sums += product * (tl.load(scales_a + block)[:, None] * tl.load(scales_b + block))
        from_a += BK
        from_b += BK
    at = row[:, None].to(tl.int64) * n + col[None, :]
    tl.store(d + at, sums.to(d.dtype.element_ty), (row < m)[:, None] & (col < n)[None, :])


def ceildiv(a, b):
    return -(-a // b)


def power_of_two(value):
    return value > 0 and value & (value - 1) == 0


def one_pass(x, q, s, block):
    """A launch of the one-pass kernel, or None for blocks it does not take."""
    (rows, cols), (br, bc) = x.shape, block
    if not (power_of_two(br) and power_of_two(bc)) or br * bc > 128 * 256:
        return None
    if br == 1:
        tall, groups = 4, max(1, 1024 // bc)
        grid = (ceildiv(rows, tall), ceildiv(s.shape[1], groups))
        return lambda: quantize_rows[grid](x, q, s, rows, cols, s.shape[1], bc, tall, groups,
                                           num_warps=8)  # fmt: skip
    grid = (s.shape[0], s.shape[1])
    warps = min(max(br * bc // 2048, 1), 16)
    return lambda: quantize_square[grid](x, q, s, rows, cols, s.shape[1], br, bc,
                                         num_warps=warps)  # fmt: skip


def two_passes(x, q, s, block, step=16):
    """The strategy for blocks that do not fit the registers of a thread block."""
    (rows, cols), (br, bc) = x.shape, block
    if not (power_of_two(br) and power_of_two(bc)) or br < step:
        return None
    grid = (s.shape[0], s.shape[1])
    fine = (s.shape[0] * (br // step), s.shape[1])

    def run():
        block_scales[grid](x, s, rows, cols, s.shape[1], br, bc, step, num_warps=8)
        cast_blocks[fine](x, q, s, rows, cols, s.shape[1], br, bc, step, num_warps=8)

    return run


def two_phases(x, q, s, block, tile=32):
    """The two passes of a block by one program, in small square tiles."""
    (rows, cols), (br, bc) = x.shape, block
    if br % tile or bc % tile:
        return None
    grid = (s.shape[0], s.shape[1])
    return lambda: quantize_in_phases[grid](x, q, s, rows, cols, s.shape[1], br, bc, tile,
                                            num_warps=8)  # fmt: skip


# Tile, stages, warps: what does well on a Hopper GPU at large sizes.
MATMUL_CONFIGS = [(128, 3, 8), (128, 4, 8), (64, 5, 4)]


def matmul(a, b, d, sa, sb, config):
    """A launch of the matmul with blocks of 1 x 128 and 128 x 128."""
    (m, k), n = a.shape, b.shape[0]
    tile, stages, warps = config
    grid = (ceildiv(m, tile) * ceildiv(n, 128),)
    return lambda: scaled_matmul[grid](a, b, d, sa, sb, m, n, k, tile, 128, 128, 8,
                                       num_stages=stages, num_warps=warps)  # fmt: skip


def fp8(x):
    """Codes as triton takes them: torch's type, not bytes."""
    return x.view(torch.float8_e4m3fn)
