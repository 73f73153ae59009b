// AVX2. Two registers are the 16 partial sums of a row, or the 16 rows of a block.
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

// Eight rows' sums of four products. The instruction multiplies unsigned by signed bytes and adds pairs in 16 bits:
// |query| times the code with the query's sign is at most 2·127² in a pair, so nothing saturates.
INLINE __m256i four_products(__m256i stored, __m256i query, __m256i magnitude) {
  __m256i code = _mm256_xor_si256(stored, _mm256_set1_epi8((char)0x80));
  __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(code, query));
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

// The codes' own offset is taken off above, so the sum is already signed and `offset` is not needed.
INLINE void store_scores(__m256i sum, const uint8_t *scales, float *out) {
  __m256 scale = _mm256_load_ps((const float *)(const void *)scales);
  __m256i negated = _mm256_sub_epi32(_mm256_setzero_si256(), sum);
  _mm256_storeu_ps(out, _mm256_mul_ps(_mm256_cvtepi32_ps(negated), scale));
}

TARGET static void score_blocks(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float *out) {
  (void)offset;
  size_t groups = vk_groups(dimension), bytes = vk_block_bytes(dimension), scales = 64 * groups;
  for (size_t r = 0; r < rows; r += 16, blocks += bytes) {
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t g = 0; g < groups; g++) {
      int32_t four;
      memcpy(&four, query + 4 * g, sizeof four);
      __m256i q = _mm256_set1_epi32(four), magnitude = _mm256_abs_epi8(q);
      const __m256i *at = (const __m256i *)(const void *)(blocks + 64 * g);
      low = _mm256_add_epi32(low, four_products(_mm256_load_si256(at), q, magnitude));
      high = _mm256_add_epi32(high, four_products(_mm256_load_si256(at + 1), q, magnitude));
    }
    store_scores(low, blocks + scales, out + r);
    store_scores(high, blocks + scales + 32, out + r + 8);
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

const vk_kernels vk_avx2 = {"avx2", squared_l2_rows, squared_l2_gather, score_blocks, select_at_most};
#endif
