// NEON, which every AArch64 processor has: distances and selection. Four registers are the 16 partial sums of a row.
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#include "levels.h"
#include "rows.h"

#pragma STDC FP_CONTRACT OFF

typedef struct sums {
  float32x4_t s0, s1, s2, s3;
} sums;

static inline float fold(sums s) {
  float32x4_t four = vaddq_f32(vaddq_f32(s.s0, s.s2), vaddq_f32(s.s1, s.s3));
  float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

// Four coordinates of a row from their 15 bits.
static inline float32x4_t row_values(uint32x4_t code, float unit, float stretch) {
  float32x4_t y = vsubq_f32(vcvtq_f32_u32(code), vdupq_n_f32(16383.5f)), edge = vdupq_n_f32(14336.0f);
  float32x4_t inner = vmaxq_f32(vminq_f32(y, edge), vnegq_f32(edge));
  return vaddq_f32(vmulq_f32(y, vdupq_n_f32(unit)), vmulq_f32(vsubq_f32(y, inner), vdupq_n_f32(stretch)));
}

static inline float32x4_t add_square(float32x4_t sum, float32x4_t query, float32x4_t row) {
  float32x4_t difference = vsubq_f32(query, row);
  return vaddq_f32(sum, vmulq_f32(difference, difference));
}

// Sixteen coordinates, of which the first `count` are there.
static inline sums add_group(
    sums s, const float *query, uint8x16_t four, const uint8_t *group, float unit, float stretch, size_t count) {
  static const int32_t shifts[] = {0, -3, -6, -9};
  const uint64_t lowest = vk_lowest(group);
  uint8x16_t eight = vld1q_u8(group);
  uint16x8_t fours[] = {vmovl_u8(vget_low_u8(four)), vmovl_u8(vget_high_u8(four))};
  uint16x8_t eights[] = {vmovl_u8(vget_low_u8(eight)), vmovl_u8(vget_high_u8(eight))};
  float32x4_t x[4];
  for (size_t k = 0; k < 4; k++) {
    uint16x8_t upper = vorrq_u16(vshlq_n_u16(fours[k / 2], 11), vshlq_n_u16(eights[k / 2], 3));
    uint32x4_t wide = vmovl_u16(k % 2 ? vget_high_u16(upper) : vget_low_u16(upper));
    uint32x4_t bits = vdupq_n_u32((uint32_t)(lowest >> 12 * k));
    uint32x4_t three = vandq_u32(vshlq_u32(bits, vld1q_s32(shifts)), vdupq_n_u32(7));
    x[k] = row_values(vorrq_u32(wide, three), unit, stretch);
  }
  float filled[16] = {0};
  if (count < 16) {
    // What is not there is filled with zeros: a zero difference leaves a sum as it is.
    float rest[16] = {0}, all[16];
    for (size_t k = 0; k < 4; k++) vst1q_f32(all + 4 * k, x[k]);
    memcpy(filled, query, count * sizeof *filled);
    memcpy(rest, all, count * sizeof *rest);
    for (size_t k = 0; k < 4; k++) x[k] = vld1q_f32(rest + 4 * k);
    query = filled;
  }
  s.s0 = add_square(s.s0, vld1q_f32(query), x[0]);
  s.s1 = add_square(s.s1, vld1q_f32(query + 4), x[1]);
  s.s2 = add_square(s.s2, vld1q_f32(query + 8), x[2]);
  s.s3 = add_square(s.s3, vld1q_f32(query + 12), x[3]);
  return s;
}

static float squared_l2(const float *query, const uint8_t *coarse, const uint8_t *fine, size_t dimension, float step) {
  const size_t bytes = vk_nibble_bytes(dimension), middle = bytes < dimension ? bytes : dimension;
  const float unit = step / 2048.0f, stretch = vk_row_stretch(fine, dimension);
  float32x4_t zero = vdupq_n_f32(0);
  sums s = {zero, zero, zero, zero};
  size_t i = 0;
  for (; i < middle; i += 16, fine += VK_GROUP) {
    s = add_group(s, query + i, vandq_u8(vld1q_u8(coarse + i), vdupq_n_u8(15)), fine, unit, stretch, dimension - i);
  }
  for (; i < dimension; i += 16, fine += VK_GROUP) {
    s = add_group(s, query + i, vshrq_n_u8(vld1q_u8(coarse + i - bytes), 4), fine, unit, stretch, dimension - i);
  }
  return fold(s);
}

static void squared_l2_gather(
    const float *query, const uint8_t *const *coarse, const uint8_t *const *fine, size_t count, size_t dimension,
    float step, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, coarse[r], fine[r], dimension, step);
}

static void inner_gather(
    const float *query, const float *rows, const int32_t *places, size_t count, size_t width, float *out) {
  for (size_t r = 0; r < count; r++) {
    const float *row = rows + (size_t)places[r] * width;
    float32x4_t zero = vdupq_n_f32(0);
    sums s = {zero, zero, zero, zero};
    for (size_t i = 0; i < width; i += 16) {
      s.s0 = vaddq_f32(s.s0, vmulq_f32(vld1q_f32(query + i), vld1q_f32(row + i)));
      s.s1 = vaddq_f32(s.s1, vmulq_f32(vld1q_f32(query + i + 4), vld1q_f32(row + i + 4)));
      s.s2 = vaddq_f32(s.s2, vmulq_f32(vld1q_f32(query + i + 8), vld1q_f32(row + i + 8)));
      s.s3 = vaddq_f32(s.s3, vmulq_f32(vld1q_f32(query + i + 12), vld1q_f32(row + i + 12)));
    }
    out[r] = fold(s);
  }
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
    "neon", squared_l2_gather, inner_gather, project, vk_neon_scan_bytes, vk_neon_scan_bits,
    vk_neon_nibble_rows, vk_neon_nibble_gather, select_at_most, keep_at_most, bound_for,
};
#endif
