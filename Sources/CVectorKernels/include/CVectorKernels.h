// Kernels for nearest-neighbour search over contiguous memory.
//
// Every level computes the same bits: the order of every floating-point sum is part of a kernel's contract, products
// and sums are rounded separately (no fused multiply-add), and the quantised kernels sum integers. The plain level
// is therefore both the portable fallback and the reference the others are tested against.
//
// In every score, smaller is nearer.
#ifndef C_VECTOR_KERNELS_H
#define C_VECTOR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Rows that one block of 8-bit codes holds.
#define VK_BYTE_ROWS 16
/// Rows that one block of 1-bit codes holds.
#define VK_BIT_ROWS 32
/// Largest entry of a look-up table for 1-bit codes: eight of them still fit a byte.
#define VK_TABLE_MAXIMUM 31

/// The kernels of one level. Constant after the program has started.
typedef struct vk_kernels {
  /// "plain", "avx2", "avx512" or "neon".
  const char *name;

  /// out[r] = Σᵢ (query[i] − xᵢ)² for r < count, x being the row whose codes are at coarse[r] and fine[r], as
  /// `vk_unpack_row` has it.
  ///
  /// Element i is added to partial sum i mod 16, in ascending i. The 16 partial sums are then added pairwise:
  /// j with j+8, then j+4, j+2, j+1.
  void (*squared_l2_gather)(
      const float *query, const uint8_t *const _Nonnull *_Nonnull coarse, const uint8_t *const _Nonnull *_Nonnull fine,
      size_t count, size_t dimension, float step, float *out);

  /// out[r] = Σᵢ query[i]·rows[places[r]·width + i] for r < count; `width` is a multiple of 16. Sums as in `squared_l2_gather`.
  void (*inner_gather)(
      const float *query, const float *rows, const int32_t *places, size_t count, size_t width, float *out);

  /// out[j] = Σᵢ vector[i]·matrix[i·columns + j], i ascending; `columns` is a multiple of 16.
  void (*project)(const float *vector, size_t rows, const float *matrix, size_t columns, float *out);

  /// Scores `rows` rows of 8-bit codes: (offset − Σᵢ query[i]·code[r][i]) · scale[r], which is minus the inner
  /// product in the units of the query's codes. Writes score and slot of those not above `bound`, in the order of
  /// rows, and returns how many there are.
  ///
  /// `query` holds vk_byte_groups(dimension)·4 codes in −127…127, zero beyond the dimension, and `offset`
  /// 128·Σᵢ query[i]. `blocks` is 64-byte aligned. `scores` and `slots` have room for `rows` + 16.
  size_t (*scan_bytes)(
      const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float bound,
      float *scores, uint32_t *slots);

  /// Scores `rows` rows of 1-bit codes by tables from `vk_bit_tables`: base + factor[r]·(scale·u + bias), u the sum
  /// of the entries that the row's code selects. Writes score and slot of those not above `bound`, in the order of
  /// rows, and returns how many there are; erased rows are none of them.
  ///
  /// `blocks` and `tables` are 64-byte aligned. `scores` and `slots` have room for `rows` + 32.
  size_t (*scan_bits)(
      const uint8_t *tables, float scale, float bias, const uint8_t *blocks, size_t rows, size_t dimension, float base,
      float bound, float *scores, uint32_t *slots);

  /// out[r] = −Σᵢ query[i]·code[r][i] for contiguous rows of 4-bit codes, which lie in 0…15. `query` holds
  /// 2·vk_nibble_bytes(dimension) codes, zero beyond the dimension. Exact for the dimensions an index can have.
  void (*nibble_rows)(const int8_t *query, const uint8_t *rows, size_t count, size_t dimension, float *out);

  /// The same for rows that lie anywhere.
  void (*nibble_gather)(
      const int8_t *query, const uint8_t *const _Nonnull *_Nonnull rows, size_t count, size_t dimension, float *out);

  /// Writes the positions of all values ≤ bound in ascending order and returns how many there are. NaN is never
  /// selected. `positions` has room for `count` rounded up to 16.
  size_t (*select_at_most)(const float *values, size_t count, float bound, uint32_t *positions);

  /// Moves the values ≤ bound, with their tags, to the front in their order and returns how many there are. Both
  /// arrays have room for `count` rounded up to 16.
  size_t (*keep_at_most)(float *values, uint32_t *tags, size_t count, float bound);

  /// A bound that at least `wanted` (1…count) of the values do not exceed: exactly `wanted` of them unless values
  /// are equal, and then the smallest such. No value is NaN.
  float (*bound_for)(const float *values, size_t count, size_t wanted);
} vk_kernels;

/// The level called `name`, or NULL when there is none of that name or this processor lacks it.
const vk_kernels *_Nullable vk_level(const char *name);

/// The fastest level of this processor.
const vk_kernels *vk_best(void);

// 8-bit codes ---------------------------------------------------------------------------------------------------

/// Groups of four code bytes in a row.
static inline size_t vk_byte_groups(size_t dimension) { return (dimension + 3) / 4; }

/// Bytes of one block. A block is, side by side:
///   vk_byte_groups(dimension) × 16 rows × 4 codes, each code stored plus 128 as an unsigned byte;
///   16 float scales (value of a row's coordinate = code · scale);
///   16 uint32 slots, which are what the scan returns.
static inline size_t vk_byte_block_bytes(size_t dimension) { return 64 * (vk_byte_groups(dimension) + 2); }

/// Quantises a vector to codes in −127…127 by its largest magnitude: value ≈ code · scale. Returns the scale, which
/// is 0 for a vector of zeros. `codes` has room for `padded` ≥ dimension; the padding is set to 0.
float vk_encode(const float *vector, size_t dimension, int8_t *codes, size_t padded);

/// Writes a row's codes, scale and slot at place `row` (0…15) of a block.
void vk_store_bytes(uint8_t *block, size_t row, size_t dimension, const int8_t *codes, float scale, uint32_t slot);

/// Reads back the codes and the slot of the row at place `row`, and returns its scale.
float vk_load_bytes(const uint8_t *block, size_t row, size_t dimension, int8_t *codes, uint32_t *slot);

// 1-bit codes ---------------------------------------------------------------------------------------------------

/// Steps of 16 coordinates in a row.
static inline size_t vk_bit_steps(size_t dimension) { return (dimension + 15) / 16; }

/// Bytes of one block. A block is, side by side:
///   vk_bit_steps(dimension) × 4 groups of 4 coordinates × 16 bytes: byte b holds the group's four signs of row b in
///   its low and of row b + 16 in its high half, a set bit for a coordinate that is not negative;
///   32 factors in bfloat16, NaN where a row is erased;
///   32 uint32 slots.
static inline size_t vk_bit_block_bytes(size_t dimension) { return 64 * (vk_bit_steps(dimension) + 3); }

/// Makes the tables of a query: for every group of four coordinates and each of the 16 choices of signs, the sum of
/// the coordinates with these signs, in steps above the least, 0…31. Σᵢ signᵢ·query[i] ≈ step·u − Σᵢ |query[i]|.
///
/// `query` and `tables` are padded to 16 and 64 elements a step. Sets `scale` to minus the step and `bias` to
/// Σᵢ |query[i]|, as `scan_bits` takes them.
void vk_bit_tables(const float *query, size_t dimension, uint8_t *tables, float *scale, float *bias);

/// Writes the signs of `residual`, its factor ‖r‖² / Σᵢ|rᵢ| and `slot` at place `row` (0…31) of a block. With this
/// factor, factor·Σᵢ signᵢ·qᵢ is RaBitQ's unbiased estimate of ⟨q, r⟩ (Gao, Long 2024) for residuals in random
/// rotation. The factor is stored last, and atomically.
void vk_store_bits(uint8_t *block, size_t row, size_t dimension, const float *residual, uint32_t slot);

/// Makes the row at place `row` of a block one that no scan returns. Atomic.
void vk_erase_bits(uint8_t *block, size_t row, size_t dimension);

/// Whether the row at place `row` of the blocks that begin at `blocks` is erased.
int vk_bits_erased(const uint8_t *blocks, size_t row, size_t dimension);

/// The slot at place `row` of the blocks that begin at `blocks`.
uint32_t vk_bits_slot(const uint8_t *blocks, size_t row, size_t dimension);

// 4-bit codes ---------------------------------------------------------------------------------------------------

/// Bytes of a row. Byte j holds coordinate j in its low half and coordinate j + vk_nibble_bytes in its high half.
static inline size_t vk_nibble_bytes(size_t dimension) { return (dimension + 31) / 32 * 16; }

// 15-bit rows ---------------------------------------------------------------------------------------------------

// A row that is kept: its 4-bit codes, which scans read, are the upper bits, and 11 bits more lie elsewhere. With
// y = 2048·code + fine + ½ − 16384, a coordinate is y·step/2048 + e·stretch, where e is what y has beyond ±14336: the
// outermost codes reach as far as the row's largest coordinate.

/// Bytes of the fine part of a row: for every 16 coordinates their upper 8 bits, a byte each, and their lower 3, one
/// after another from the lowest bit on; then the stretch.
static inline size_t vk_fine_bytes(size_t dimension) { return (dimension + 15) / 16 * 22 + 4; }

/// Writes both parts of a row; coordinate ≈ (code − 7.5) · step by the 4-bit codes alone. Returns the norm of what these
/// leave over of the row that is kept, rounded up.
float vk_store_row(uint8_t *coarse, uint8_t *fine, const float *vector, size_t dimension, float step);

/// Reads a row as it is kept, with zeros up to a multiple of 16.
void vk_unpack_row(const uint8_t *coarse, const uint8_t *fine, size_t dimension, float step, float *out);

// -----------------------------------------------------------------------------------------------------------------

/// The position of the smallest of `count` ≥ 1 values, the first of equals.
size_t vk_argmin(const float *values, size_t count);

/// XXH64 with seed 0 of `count` bytes, on a little-endian machine.
uint64_t vk_checksum(const void *bytes, size_t count);

/// Asks for the first `bytes` bytes at `address` to be brought into the cache; never faults.
static inline void vk_prefetch(const void *address, size_t bytes) {
  const char *line = (const char *)address;
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(line + i, 0, 3);
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
