// NEON: scans of codes. Four registers are the 16 rows of a block of bytes; one is a group of coordinates of half the
// rows of a block of bits, or a part of a row of nibbles.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

// Scores and slots found so far.
typedef struct output {
  float *scores;
  uint32_t *slots;
  size_t found;
} output;

// Four rows; those among the first `rows` that are not above the limit are added.
static inline void add_hits(output *out, float32x4_t score, const uint32_t *slots, float limit, size_t rows) {
  // Most groups hold nothing: one test skips them.
  if (vmaxvq_u32(vcleq_f32(score, vdupq_n_f32(limit))) == 0) return;
  float values[4];
  vst1q_f32(values, score);
  for (size_t j = 0; j < 4 && j < rows; j++) {
    if (!(values[j] <= limit)) continue;
    out->scores[out->found] = values[j];
    out->slots[out->found++] = slots[j];
  }
}

// Four rows' sums of four products.
static inline int32x4_t four_products(const uint8_t *stored, int8x16_t query) {
  int8x16_t code = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(stored), vdupq_n_u8(0x80)));
  int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(code), vget_low_s8(query)));
  int32x4_t high = vpaddlq_s16(vmull_high_s8(code, query));
  return vpaddq_s32(low, high);
}

// The codes' own offset is taken off in every product, so the sum is already signed and `offset` is not needed.
size_t vk_neon_scan_bytes(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float bound,
    float *scores, uint32_t *slots) {
  (void)offset;
  size_t groups = vk_byte_groups(dimension), bytes = vk_byte_block_bytes(dimension);
  output out = {scores, slots, 0};
  for (size_t r = 0; r < rows; r += VK_BYTE_ROWS, blocks += bytes) {
    int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
    for (size_t g = 0; g < groups; g++) {
      int32_t four;
      memcpy(&four, query + 4 * g, sizeof four);
      int8x16_t q = vreinterpretq_s8_s32(vdupq_n_s32(four));
      for (size_t k = 0; k < 4; k++) sums[k] = vaddq_s32(sums[k], four_products(blocks + 64 * g + 16 * k, q));
    }
    const float *scales = (const float *)(const void *)(blocks + 64 * groups);
    const uint32_t *numbers = (const uint32_t *)(const void *)(blocks + 64 * groups + 64);
    for (size_t k = 0; k < 4 && r + 4 * k < rows; k++) {
      float32x4_t score = vmulq_f32(vcvtq_f32_s32(vnegq_s32(sums[k])), vld1q_f32(scales + 4 * k));
      add_hits(&out, score, numbers + 4 * k, bound, rows - r - 4 * k);
    }
  }
  return out.found;
}

typedef struct query_terms {
  float scale, bias, base, limit;
} query_terms;

// Eight rows: their sums, factors and slots.
static inline void add_bits(
    output *out, uint16x8_t sums, const uint16_t *factors, const uint32_t *slots, query_terms q, size_t rows) {
  uint16x8_t stored = vld1q_u16(factors);
  for (size_t half = 0; half < 2 && rows > 4 * half; half++) {
    uint16x4_t sum = half ? vget_high_u16(sums) : vget_low_u16(sums);
    uint16x4_t bits = half ? vget_high_u16(stored) : vget_low_u16(stored);
    float32x4_t factor = vreinterpretq_f32_u32(vshll_n_u16(bits, 16));
    float32x4_t inner = vmulq_f32(vcvtq_f32_u32(vmovl_u16(sum)), vdupq_n_f32(q.scale));
    inner = vmulq_f32(vaddq_f32(inner, vdupq_n_f32(q.bias)), factor);
    add_hits(out, vaddq_f32(vdupq_n_f32(q.base), inner), slots + 4 * half, q.limit, rows - 4 * half);
  }
}

size_t vk_neon_scan_bits(
    const uint8_t *tables, float scale, float bias, const uint8_t *blocks, size_t rows, size_t dimension, float base,
    float bound, float *scores, uint32_t *slots) {
  size_t groups = 4 * vk_bit_steps(dimension), bytes = vk_bit_block_bytes(dimension);
  query_terms q = {scale, bias, base, bound};
  uint8x16_t half = vdupq_n_u8(15);
  output out = {scores, slots, 0};
  for (size_t r = 0; r < rows; r += VK_BIT_ROWS, blocks += bytes) {
    // Sums of rows 0…7, 8…15, 16…23 and 24…31.
    uint16x8_t sums[4] = {vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0), vdupq_n_u16(0)};
    for (size_t start = 0; start < groups; start += 8) {
      // Eight entries fit a byte.
      size_t end = start + 8 < groups ? start + 8 : groups;
      uint8x16_t low = vdupq_n_u8(0), high = low;
      for (size_t g = start; g < end; g++) {
        uint8x16_t codes = vld1q_u8(blocks + 16 * g), table = vld1q_u8(tables + 16 * g);
        low = vaddq_u8(low, vqtbl1q_u8(table, vandq_u8(codes, half)));
        high = vaddq_u8(high, vqtbl1q_u8(table, vshrq_n_u8(codes, 4)));
      }
      sums[0] = vaddw_u8(sums[0], vget_low_u8(low));
      sums[1] = vaddw_u8(sums[1], vget_high_u8(low));
      sums[2] = vaddw_u8(sums[2], vget_low_u8(high));
      sums[3] = vaddw_u8(sums[3], vget_high_u8(high));
    }
    const uint16_t *factors = (const uint16_t *)(const void *)(blocks + 16 * groups);
    const uint32_t *numbers = (const uint32_t *)(const void *)(blocks + 16 * groups + 64);
    for (size_t k = 0; k < 4 && r + 8 * k < rows; k++) {
      add_bits(&out, sums[k], factors + 8 * k, numbers + 8 * k, q, rows - r - 8 * k);
    }
  }
  return out.found;
}

// A product is at most 15·127, so two of them fit 16 bits.
static inline int32x4_t add_products(int32x4_t sum, uint8x16_t codes, const int8_t *query) {
  int8x16_t code = vreinterpretq_s8_u8(codes), q = vld1q_s8(query);
  int16x8_t products = vmull_s8(vget_low_s8(code), vget_low_s8(q));
  products = vaddq_s16(products, vmull_high_s8(code, q));
  return vpadalq_s16(sum, products);
}

static inline float nibble_score(const int8_t *query, const uint8_t *row, size_t bytes) {
  int32x4_t sum = vdupq_n_s32(0);
  for (size_t j = 0; j < bytes; j += 16) {
    uint8x16_t codes = vld1q_u8(row + j);
    sum = add_products(sum, vandq_u8(codes, vdupq_n_u8(15)), query + j);
    sum = add_products(sum, vshrq_n_u8(codes, 4), query + bytes + j);
  }
  return (float)-vaddvq_s32(sum);
}

void vk_neon_nibble_rows(const int8_t *query, const uint8_t *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension);
  for (size_t r = 0; r < count; r++) out[r] = nibble_score(query, rows + r * bytes, bytes);
}

void vk_neon_nibble_gather(
    const int8_t *query, const uint8_t *const *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension);
  for (size_t r = 0; r < count; r++) out[r] = nibble_score(query, rows[r], bytes);
}
#endif
