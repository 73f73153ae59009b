// Distance kernels for nearest-neighbour search over contiguous memory.
//
// Every level computes the same bits: the order of every floating-point sum is part of a kernel's contract, products
// and sums are rounded separately (no fused multiply-add), and the quantised kernels sum integers. The plain level
// is therefore both the portable fallback and the reference the others are tested against.
#ifndef C_VECTOR_KERNELS_H
#define C_VECTOR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Rows that one block of codes holds.
#define VK_BLOCK_ROWS 16

/// The kernels of one level. Constant after the program has started.
typedef struct vk_kernels {
  /// "plain", "avx2", "avx512" or "neon".
  const char *name;

  /// out[r] = Σᵢ (query[i] − rows[r·dimension + i])² for r < count; rows are contiguous.
  ///
  /// Element i is added to partial sum i mod 16, in ascending i. The 16 partial sums are then added pairwise:
  /// j with j+8, then j+4, j+2, j+1.
  void (*squared_l2_rows)(const float *query, const float *rows, size_t count, size_t dimension, float *out);

  /// The same distances, in the same summation order, for rows that lie anywhere.
  void (*squared_l2_gather)(
      const float *query, const float *const _Nonnull *_Nonnull rows, size_t count, size_t dimension, float *out);

  /// Scores `rows` rows of codes: out[r] = (offset − Σᵢ query[i]·code[r][i]) · scale[r], which is minus the inner
  /// product in the units of the query's codes; smaller is nearer.
  ///
  /// `query` holds vk_groups(dimension)·4 codes in −127…127, zero beyond the dimension, and `offset` 128·Σᵢ query[i].
  /// `blocks` holds ⌈rows/16⌉ blocks of vk_block_bytes(dimension) bytes, 64-byte aligned. `out` has room for whole
  /// blocks; what is written beyond `rows` has no meaning.
  void (*score_blocks)(
      const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float *out);

  /// Writes the positions of all values ≤ bound in ascending order and returns how many there are. NaN is never
  /// selected. `positions` has room for `count` rounded up to 16.
  size_t (*select_at_most)(const float *values, size_t count, float bound, uint32_t *positions);
} vk_kernels;

/// The level called `name`, or NULL when there is none of that name or this processor lacks it.
const vk_kernels *_Nullable vk_level(const char *name);

/// The fastest level of this processor.
const vk_kernels *vk_best(void);

/// Groups of four code bytes in a row.
static inline size_t vk_groups(size_t dimension) { return (dimension + 3) / 4; }

/// Bytes of one block. A block is, side by side:
///   vk_groups(dimension) × 16 rows × 4 codes, each code stored plus 128 as an unsigned byte;
///   16 float scales (value of a row's coordinate = code · scale);
///   16 uint32 slots, which the kernels leave alone.
static inline size_t vk_block_bytes(size_t dimension) { return 64 * (vk_groups(dimension) + 2); }

/// Quantises a vector to codes in −127…127 by its largest magnitude: value ≈ code · scale. Returns the scale, which
/// is 0 for a vector of zeros. `codes` has room for vk_groups(dimension)·4; the padding is set to 0.
float vk_encode(const float *vector, size_t dimension, int8_t *codes);

/// Writes a row's codes, scale and slot at place `row` (0…15) of a block.
void vk_store_row(uint8_t *block, size_t row, size_t dimension, const int8_t *codes, float scale, uint32_t slot);

/// The slot at place `row` of the blocks that begin at `blocks`.
static inline uint32_t vk_slot(const uint8_t *blocks, size_t row, size_t block_bytes) {
  const uint8_t *block = blocks + row / VK_BLOCK_ROWS * block_bytes;
  return ((const uint32_t *)(const void *)(block + block_bytes - 64))[row % VK_BLOCK_ROWS];
}

/// The position of the smallest of `count` ≥ 1 values, the first of equals.
size_t vk_argmin(const float *values, size_t count);

/// Asks for the first `bytes` bytes at `address` to be brought into the cache; never faults.
static inline void vk_prefetch(const void *address, size_t bytes) {
  const char *line = (const char *)address;
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(line + i, 0, 2);
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
