// NEON, which every AArch64 processor has: distances and selection. Four registers are the 16 partial sums of a row.
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

static void project(const float *vector, size_t rows, const float *matrix, size_t columns, float *out) {
  for (size_t j = 0; j < columns; j += 16) {
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;
    for (size_t i = 0; i < rows; i++) {
      const float *row = matrix + i * columns + j;
      float32x4_t x = vdupq_n_f32(vector[i]);
      s0 = vaddq_f32(s0, vmulq_f32(x, vld1q_f32(row)));
      s1 = vaddq_f32(s1, vmulq_f32(x, vld1q_f32(row + 4)));
      s2 = vaddq_f32(s2, vmulq_f32(x, vld1q_f32(row + 8)));
      s3 = vaddq_f32(s3, vmulq_f32(x, vld1q_f32(row + 12)));
    }
    vst1q_f32(out + j, s0);
    vst1q_f32(out + j + 4, s1);
    vst1q_f32(out + j + 8, s2);
    vst1q_f32(out + j + 12, s3);
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

static size_t keep_at_most(float *values, uint32_t *tags, size_t count, float bound) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    float value = values[i];
    values[kept] = value;
    tags[kept] = tags[i];
    kept += value <= bound;
  }
  return kept;
}

static size_t count_at_most(const float *values, size_t count, float bound) {
  float32x4_t limit = vdupq_n_f32(bound);
  // A comparison that holds is minus one.
  uint32x4_t hits = vdupq_n_u32(0);
  size_t found = 0, i = 0;
  for (; i + 4 <= count; i += 4) hits = vsubq_u32(hits, vcleq_f32(vld1q_f32(values + i), limit));
  for (; i < count; i++) found += values[i] <= bound;
  return found + vaddvq_u32(hits);
}

static float bound_for(const float *values, size_t count, size_t wanted) {
  float least = values[0], greatest = values[0];
  for (size_t i = 1; i < count; i++) {
    least = values[i] < least ? values[i] : least;
    greatest = values[i] > greatest ? values[i] : greatest;
  }
#define COUNT(bound) count_at_most(values, count, bound)
  VK_BOUND_FOR(least, greatest, COUNT)
#undef COUNT
}

const vk_kernels vk_neon = {
    "neon", squared_l2_rows, squared_l2_gather, project, vk_neon_scan_bytes, vk_neon_scan_bits,
    vk_neon_nibble_rows, vk_neon_nibble_gather, select_at_most, keep_at_most, bound_for,
};
#endif
