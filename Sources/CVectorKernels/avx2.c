// AVX2: distances and selection. Two registers are the 16 partial sums of a row.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "avx2_packing.h"
#include "levels.h"
#include "rows.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx2,popcnt")))
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef struct sums {
  __m256 low, high;
} sums;

INLINE float fold(sums s) {
  __m256 eight = _mm256_add_ps(s.low, s.high);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

// Eight coordinates of a row from their upper four bits, their next eight and their last three.
INLINE __m256 row_values(__m128i four, __m128i eight, uint64_t lowest, __m256 unit, __m256 stretch) {
  const __m256i shifts = _mm256_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21);
  __m256i three = _mm256_srlv_epi32(_mm256_set1_epi32((int32_t)lowest), shifts);
  three = _mm256_and_si256(three, _mm256_set1_epi32(7));
  __m256i upper = _mm256_slli_epi32(_mm256_cvtepu8_epi32(four), 11);
  __m256i code = _mm256_or_si256(upper, _mm256_or_si256(_mm256_slli_epi32(_mm256_cvtepu8_epi32(eight), 3), three));
  __m256 y = _mm256_sub_ps(_mm256_cvtepi32_ps(code), _mm256_set1_ps(16383.5f)), edge = _mm256_set1_ps(14336.0f);
  __m256 inner = _mm256_max_ps(_mm256_min_ps(y, edge), _mm256_set1_ps(-14336.0f));
  return _mm256_add_ps(_mm256_mul_ps(y, unit), _mm256_mul_ps(_mm256_sub_ps(y, inner), stretch));
}

INLINE __m256 add_square(__m256 sum, __m256 query, __m256 row) {
  __m256 difference = _mm256_sub_ps(query, row);
  return _mm256_add_ps(sum, _mm256_mul_ps(difference, difference));
}

// Sixteen coordinates, of which the first `count` are there.
INLINE sums add_group(
    sums s, const float *query, __m128i four, const uint8_t *group, __m256 unit, __m256 stretch, size_t count) {
  const uint64_t lowest = vk_lowest(group);
  __m128i eight = _mm_loadu_si128((const __m128i *)(const void *)group);
  __m256 low = row_values(four, eight, lowest, unit, stretch);
  __m256 high = row_values(_mm_srli_si128(four, 8), _mm_srli_si128(eight, 8), lowest >> 24, unit, stretch);
  if (count < 16) {
    // What is not there is filled with zeros: a zero difference leaves a sum as it is.
    float q[16] = {0}, x[16] = {0}, both[16];
    _mm256_storeu_ps(both, low);
    _mm256_storeu_ps(both + 8, high);
    memcpy(q, query, count * sizeof *q);
    memcpy(x, both, count * sizeof *x);
    s.low = add_square(s.low, _mm256_loadu_ps(q), _mm256_loadu_ps(x));
    s.high = add_square(s.high, _mm256_loadu_ps(q + 8), _mm256_loadu_ps(x + 8));
    return s;
  }
  s.low = add_square(s.low, _mm256_loadu_ps(query), low);
  s.high = add_square(s.high, _mm256_loadu_ps(query + 8), high);
  return s;
}

INLINE float squared_l2(const float *query, const uint8_t *coarse, const uint8_t *fine, size_t dimension, float step) {
  const size_t bytes = vk_nibble_bytes(dimension), middle = bytes < dimension ? bytes : dimension;
  const __m128i half = _mm_set1_epi8(15);
  __m256 unit = _mm256_set1_ps(step / 2048.0f), stretch = _mm256_set1_ps(vk_row_stretch(fine, dimension));
  sums s = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  size_t i = 0;
  for (; i < middle; i += 16, fine += VK_GROUP) {
    __m128i four = _mm_and_si128(_mm_loadu_si128((const __m128i *)(const void *)(coarse + i)), half);
    s = add_group(s, query + i, four, fine, unit, stretch, dimension - i);
  }
  for (; i < dimension; i += 16, fine += VK_GROUP) {
    __m128i both = _mm_loadu_si128((const __m128i *)(const void *)(coarse + i - bytes));
    s = add_group(s, query + i, _mm_and_si128(_mm_srli_epi16(both, 4), half), fine, unit, stretch, dimension - i);
  }
  return fold(s);
}

TARGET static void squared_l2_gather(
    const float *query, const uint8_t *const *coarse, const uint8_t *const *fine, size_t count, size_t dimension,
    float step, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, coarse[r], fine[r], dimension, step);
}

// Rows lie anywhere in more than a cache holds: those that come next are asked for while these are summed.
TARGET static void inner_gather(
    const float *query, const float *rows, const int32_t *places, size_t count, size_t width, float *out) {
  for (size_t r = 0; r < count; r++) {
    const float *row = rows + (size_t)places[r] * width;
    if (r + VK_AHEAD < count) vk_prefetch_floats(rows + (size_t)places[r + VK_AHEAD] * width, width);
    sums s = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (size_t i = 0; i < width; i += 16) {
      s.low = _mm256_add_ps(s.low, _mm256_mul_ps(_mm256_loadu_ps(query + i), _mm256_loadu_ps(row + i)));
      s.high = _mm256_add_ps(s.high, _mm256_mul_ps(_mm256_loadu_ps(query + i + 8), _mm256_loadu_ps(row + i + 8)));
    }
    out[r] = fold(s);
  }
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

uint64_t vk_avx2_packing[256];

__attribute__((constructor)) static void fill_packing(void) {
  for (unsigned chosen = 0; chosen < 256; chosen++) {
    unsigned place = 0;
    for (unsigned lane = 0; lane < 8; lane++) {
      if (chosen >> lane & 1) vk_avx2_packing[chosen] |= (uint64_t)lane << (8 * place++);
    }
  }
}

// The first `count` of fewer than eight values, and zeros.
INLINE __m256 load_first(const float *values, size_t count) {
  float eight[8] = {0};
  memcpy(eight, values, count * sizeof *eight);
  return _mm256_loadu_ps(eight);
}

// Which of eight values are not above the limit, of the `left` that there are.
INLINE unsigned hits(__m256 values, __m256 limit, size_t left) {
  unsigned hit = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(values, limit, _CMP_LE_OQ));
  return left < 8 ? hit & ((1u << left) - 1) : hit;
}

// Arrays have room for whole eights.
TARGET static size_t select_at_most(const float *values, size_t count, float bound, uint32_t *positions) {
  __m256 limit = _mm256_set1_ps(bound);
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 8) {
    __m256 here = count - i >= 8 ? _mm256_loadu_ps(values + i) : load_first(values + i, count - i);
    unsigned hit = hits(here, limit, count - i);
    if (!hit) continue;
    __m256i at = _mm256_permutevar8x32_epi32(_mm256_add_epi32(lanes, _mm256_set1_epi32((int32_t)i)), vk_packed(hit));
    _mm256_storeu_si256((__m256i *)(void *)(positions + found), at);
    found += (size_t)__builtin_popcount(hit);
  }
  return found;
}

// What is kept never lies behind what was read.
TARGET static size_t keep_at_most(float *values, uint32_t *tags, size_t count, float bound) {
  __m256 limit = _mm256_set1_ps(bound);
  size_t kept = 0;
  for (size_t i = 0; i < count; i += 8) {
    __m256 here = _mm256_loadu_ps(values + i);
    __m256i tag = _mm256_loadu_si256((const __m256i *)(const void *)(tags + i));
    unsigned hit = hits(here, limit, count - i);
    __m256i order = vk_packed(hit);
    _mm256_storeu_ps(values + kept, _mm256_permutevar8x32_ps(here, order));
    _mm256_storeu_si256((__m256i *)(void *)(tags + kept), _mm256_permutevar8x32_epi32(tag, order));
    kept += (size_t)__builtin_popcount(hit);
  }
  return kept;
}

INLINE size_t count_at_most(const float *values, size_t count, float bound) {
  __m256 limit = _mm256_set1_ps(bound);
  // A comparison that holds is minus one. Two chains of additions hide each other's latency.
  __m256i even = _mm256_setzero_si256(), odd = even;
  size_t found = 0, i = 0;
  for (; i + 16 <= count; i += 16) {
    __m256 first = _mm256_cmp_ps(_mm256_loadu_ps(values + i), limit, _CMP_LE_OQ);
    __m256 second = _mm256_cmp_ps(_mm256_loadu_ps(values + i + 8), limit, _CMP_LE_OQ);
    even = _mm256_sub_epi32(even, _mm256_castps_si256(first));
    odd = _mm256_sub_epi32(odd, _mm256_castps_si256(second));
  }
  for (; i < count; i++) found += values[i] <= bound;
  uint32_t lanes[8];
  _mm256_storeu_si256((__m256i *)(void *)lanes, _mm256_add_epi32(even, odd));
  for (size_t j = 0; j < 8; j++) found += lanes[j];
  return found;
}

INLINE float smallest(__m256 values) {
  __m128 four = _mm_min_ps(_mm256_castps256_ps128(values), _mm256_extractf128_ps(values, 1));
  __m128 two = _mm_min_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_min_ss(two, _mm_movehdup_ps(two)));
}

INLINE float largest(__m256 values) {
  __m128 four = _mm_max_ps(_mm256_castps256_ps128(values), _mm256_extractf128_ps(values, 1));
  __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

TARGET static float bound_for(const float *values, size_t count, size_t wanted) {
  __m256 least = _mm256_set1_ps(values[0]), greatest = least;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    least = _mm256_min_ps(least, _mm256_loadu_ps(values + i));
    greatest = _mm256_max_ps(greatest, _mm256_loadu_ps(values + i));
  }
  for (; i < count; i++) {
    least = _mm256_min_ps(least, _mm256_set1_ps(values[i]));
    greatest = _mm256_max_ps(greatest, _mm256_set1_ps(values[i]));
  }
#define COUNT(bound) count_at_most(values, count, bound)
  VK_BOUND_FOR(smallest(least), largest(greatest), COUNT)
#undef COUNT
}

const vk_kernels vk_avx2 = {
    "avx2", squared_l2_gather, inner_gather, project, vk_avx2_scan_bytes, vk_avx2_scan_bits,
    vk_avx2_nibble_rows, vk_avx2_nibble_gather, select_at_most, keep_at_most, bound_for,
};
#endif
