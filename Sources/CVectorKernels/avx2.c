// AVX2: distances and selection. Two registers are the 16 partial sums of a row.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx2,popcnt")))
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef struct sums {
  __m256 low, high;
} sums;

INLINE __m256 add_square(__m256 sum, __m256 query, __m256 row) {
  __m256 difference = _mm256_sub_ps(query, row);
  return _mm256_add_ps(sum, _mm256_mul_ps(difference, difference));
}

INLINE sums add_sixteen(sums s, const float *query, const float *row) {
  s.low = add_square(s.low, _mm256_loadu_ps(query), _mm256_loadu_ps(row));
  s.high = add_square(s.high, _mm256_loadu_ps(query + 8), _mm256_loadu_ps(row + 8));
  return s;
}

// The last fewer than 16 elements, filled with zeros: a zero difference leaves a sum as it is.
INLINE sums add_rest(sums s, const float *query, const float *row, size_t count) {
  float q[16] = {0}, x[16] = {0};
  memcpy(q, query, count * sizeof *q);
  memcpy(x, row, count * sizeof *x);
  return add_sixteen(s, q, x);
}

INLINE float fold(sums s) {
  __m256 eight = _mm256_add_ps(s.low, s.high);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

// Two rows at a time: their four chains of additions hide one another's latency.
INLINE void squared_l2_two(const float *query, const float *a, const float *b, size_t dimension, float *out) {
  sums sa = {_mm256_setzero_ps(), _mm256_setzero_ps()}, sb = sa;
  size_t i = 0;
  for (; i + 16 <= dimension; i += 16) {
    sa = add_sixteen(sa, query + i, a + i);
    sb = add_sixteen(sb, query + i, b + i);
  }
  if (i < dimension) {
    sa = add_rest(sa, query + i, a + i, dimension - i);
    sb = add_rest(sb, query + i, b + i, dimension - i);
  }
  out[0] = fold(sa), out[1] = fold(sb);
}

INLINE float squared_l2(const float *query, const float *row, size_t dimension) {
  sums s = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  size_t i = 0;
  for (; i + 16 <= dimension; i += 16) s = add_sixteen(s, query + i, row + i);
  if (i < dimension) s = add_rest(s, query + i, row + i, dimension - i);
  return fold(s);
}

TARGET static void squared_l2_rows(
    const float *query, const float *rows, size_t count, size_t dimension, float *out) {
  size_t r = 0;
  for (; r + 2 <= count; r += 2) {
    squared_l2_two(query, rows + r * dimension, rows + (r + 1) * dimension, dimension, out + r);
  }
  if (r < count) out[r] = squared_l2(query, rows + r * dimension, dimension);
}

TARGET static void squared_l2_gather(
    const float *query, const float *const *rows, size_t count, size_t dimension, float *out) {
  size_t r = 0;
  for (; r + 2 <= count; r += 2) squared_l2_two(query, rows[r], rows[r + 1], dimension, out + r);
  if (r < count) out[r] = squared_l2(query, rows[r], dimension);
}

TARGET static void project(const float *vector, size_t rows, const float *matrix, size_t columns, float *out) {
  size_t j = 0;
  for (; j + 64 <= columns; j += 64) {
    __m256 sum[8];
    for (size_t k = 0; k < 8; k++) sum[k] = _mm256_setzero_ps();
    for (size_t i = 0; i < rows; i++) {
      const float *row = matrix + i * columns + j;
      __m256 x = _mm256_set1_ps(vector[i]);
      for (size_t k = 0; k < 8; k++) {
        sum[k] = _mm256_add_ps(sum[k], _mm256_mul_ps(x, _mm256_loadu_ps(row + 8 * k)));
      }
    }
    for (size_t k = 0; k < 8; k++) _mm256_storeu_ps(out + j + 8 * k, sum[k]);
  }
  for (; j < columns; j += 8) {
    __m256 sum = _mm256_setzero_ps();
    for (size_t i = 0; i < rows; i++) {
      sum = _mm256_add_ps(sum, _mm256_mul_ps(_mm256_set1_ps(vector[i]), _mm256_loadu_ps(matrix + i * columns + j)));
    }
    _mm256_storeu_ps(out + j, sum);
  }
}

TARGET static size_t select_at_most(const float *values, size_t count, float bound, uint32_t *positions) {
  __m256 limit = _mm256_set1_ps(bound);
  size_t found = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    unsigned hit = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(values + i), limit, _CMP_LE_OQ));
    for (; hit; hit &= hit - 1) positions[found++] = (uint32_t)i + (uint32_t)__builtin_ctz(hit);
  }
  for (; i < count; i++) {
    positions[found] = (uint32_t)i;
    found += values[i] <= bound;
  }
  return found;
}

TARGET static size_t keep_at_most(float *values, uint32_t *tags, size_t count, float bound) {
  __m256 limit = _mm256_set1_ps(bound);
  size_t kept = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    unsigned hit = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(values + i), limit, _CMP_LE_OQ));
    for (; hit; hit &= hit - 1) {
      size_t at = i + (size_t)__builtin_ctz(hit);
      values[kept] = values[at];
      tags[kept++] = tags[at];
    }
  }
  for (; i < count; i++) {
    float value = values[i];
    values[kept] = value;
    tags[kept] = tags[i];
    kept += value <= bound;
  }
  return kept;
}

INLINE size_t count_at_most(const float *values, size_t count, float bound) {
  __m256 limit = _mm256_set1_ps(bound);
  // A comparison that holds is minus one.
  __m256i hits = _mm256_setzero_si256();
  size_t found = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    __m256 hit = _mm256_cmp_ps(_mm256_loadu_ps(values + i), limit, _CMP_LE_OQ);
    hits = _mm256_sub_epi32(hits, _mm256_castps_si256(hit));
  }
  for (; i < count; i++) found += values[i] <= bound;
  uint32_t lanes[8];
  _mm256_storeu_si256((__m256i *)(void *)lanes, hits);
  for (size_t j = 0; j < 8; j++) found += lanes[j];
  return found;
}

TARGET static float bound_for(const float *values, size_t count, size_t wanted) {
  float least = values[0], greatest = values[0];
  for (size_t i = 1; i < count; i++) {
    least = values[i] < least ? values[i] : least;
    greatest = values[i] > greatest ? values[i] : greatest;
  }
#define COUNT(bound) count_at_most(values, count, bound)
  VK_BOUND_FOR(least, greatest, COUNT)
#undef COUNT
}

const vk_kernels vk_avx2 = {
    "avx2", squared_l2_rows, squared_l2_gather, project, vk_avx2_scan_bytes, vk_avx2_scan_bits,
    vk_avx2_nibble_rows, vk_avx2_nibble_gather, select_at_most, keep_at_most, bound_for,
};
#endif
