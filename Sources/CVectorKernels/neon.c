// NEON, which every AArch64 processor has. Four registers are the 16 partial sums of a row, or the 16 rows of a block.
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

typedef struct sums {
  float32x4_t s0, s1, s2, s3;
} sums;

static inline float32x4_t add_square(float32x4_t sum, const float *query, const float *row) {
  float32x4_t difference = vsubq_f32(vld1q_f32(query), vld1q_f32(row));
  return vaddq_f32(sum, vmulq_f32(difference, difference));
}

static inline sums add_sixteen(sums s, const float *query, const float *row) {
  s.s0 = add_square(s.s0, query, row);
  s.s1 = add_square(s.s1, query + 4, row + 4);
  s.s2 = add_square(s.s2, query + 8, row + 8);
  s.s3 = add_square(s.s3, query + 12, row + 12);
  return s;
}

static inline float fold(sums s) {
  float32x4_t four = vaddq_f32(vaddq_f32(s.s0, s.s2), vaddq_f32(s.s1, s.s3));
  float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

static float squared_l2(const float *query, const float *row, size_t dimension) {
  float32x4_t zero = vdupq_n_f32(0);
  sums s = {zero, zero, zero, zero};
  size_t i = 0;
  for (; i + 16 <= dimension; i += 16) s = add_sixteen(s, query + i, row + i);
  if (i < dimension) {
    // Filled with zeros: a zero difference leaves a sum as it is.
    float q[16] = {0}, x[16] = {0};
    memcpy(q, query + i, (dimension - i) * sizeof *q);
    memcpy(x, row + i, (dimension - i) * sizeof *x);
    s = add_sixteen(s, q, x);
  }
  return fold(s);
}

static void squared_l2_rows(const float *query, const float *rows, size_t count, size_t dimension, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, rows + r * dimension, dimension);
}

static void squared_l2_gather(
    const float *query, const float *const *rows, size_t count, size_t dimension, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, rows[r], dimension);
}

// Four rows' sums of four products.
static inline int32x4_t four_products(const uint8_t *stored, int8x16_t query) {
  int8x16_t code = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(stored), vdupq_n_u8(0x80)));
  int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(code), vget_low_s8(query)));
  int32x4_t high = vpaddlq_s16(vmull_high_s8(code, query));
  return vpaddq_s32(low, high);
}

static inline void store_scores(int32x4_t sum, const uint8_t *scales, float *out) {
  float32x4_t scale = vld1q_f32((const float *)(const void *)scales);
  vst1q_f32(out, vmulq_f32(vcvtq_f32_s32(vnegq_s32(sum)), scale));
}

// The codes' own offset is taken off above, so the sum is already signed and `offset` is not needed.
static void score_blocks(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float *out) {
  (void)offset;
  size_t groups = vk_groups(dimension), bytes = vk_block_bytes(dimension);
  for (size_t r = 0; r < rows; r += 16, blocks += bytes) {
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0, s2 = s0, s3 = s0;
    for (size_t g = 0; g < groups; g++) {
      int32_t four;
      memcpy(&four, query + 4 * g, sizeof four);
      int8x16_t q = vreinterpretq_s8_s32(vdupq_n_s32(four));
      const uint8_t *at = blocks + 64 * g;
      s0 = vaddq_s32(s0, four_products(at, q));
      s1 = vaddq_s32(s1, four_products(at + 16, q));
      s2 = vaddq_s32(s2, four_products(at + 32, q));
      s3 = vaddq_s32(s3, four_products(at + 48, q));
    }
    const uint8_t *scales = blocks + 64 * groups;
    store_scores(s0, scales, out + r);
    store_scores(s1, scales + 16, out + r + 4);
    store_scores(s2, scales + 32, out + r + 8);
    store_scores(s3, scales + 48, out + r + 12);
  }
}

static size_t select_at_most(const float *values, size_t count, float bound, uint32_t *positions) {
  float32x4_t limit = vdupq_n_f32(bound);
  size_t found = 0, i = 0;
  for (; i + 4 <= count; i += 4) {
    // Most groups hold nothing: one test skips them.
    if (vmaxvq_u32(vcleq_f32(vld1q_f32(values + i), limit)) == 0) continue;
    for (size_t j = i; j < i + 4; j++) {
      positions[found] = (uint32_t)j;
      found += values[j] <= bound;
    }
  }
  for (; i < count; i++) {
    positions[found] = (uint32_t)i;
    found += values[i] <= bound;
  }
  return found;
}

const vk_kernels vk_neon = {"neon", squared_l2_rows, squared_l2_gather, score_blocks, select_at_most};
#endif
