// AVX-512: distances and selection. A register is the 16 partial sums of a row.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"
#include "rows.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE float fold(__m512 sum) {
  __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sum), 1));
  __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sum), high);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

// Sixteen coordinates of a row from their upper four bits and the fine part's group of them.
INLINE __m512 row_values(__m512i four, const uint8_t *group, __m512 unit, __m512 stretch) {
  const __m512i shifts = _mm512_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21, 0, 3, 6, 9, 12, 15, 18, 21);
  __m512i both = _mm512_broadcastd_epi32(_mm_loadu_si32(group + 16));
  both = _mm512_mask_broadcastd_epi32(both, 0xff00, _mm_loadu_si32(group + 19));
  __m512i three = _mm512_and_si512(_mm512_srlv_epi32(both, shifts), _mm512_set1_epi32(7));
  __m512i eight = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)group));
  __m512i code = _mm512_or_si512(_mm512_slli_epi32(four, 11), _mm512_or_si512(_mm512_slli_epi32(eight, 3), three));
  __m512 y = _mm512_sub_ps(_mm512_cvtepi32_ps(code), _mm512_set1_ps(16383.5f)), edge = _mm512_set1_ps(14336.0f);
  __m512 inner = _mm512_max_ps(_mm512_min_ps(y, edge), _mm512_set1_ps(-14336.0f));
  return _mm512_add_ps(_mm512_mul_ps(y, unit), _mm512_mul_ps(_mm512_sub_ps(y, inner), stretch));
}

INLINE __m512i low_halves(const uint8_t *coarse) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)coarse);
  return _mm512_cvtepu8_epi32(_mm_and_si128(bytes, _mm_set1_epi8(15)));
}

INLINE __m512i high_halves(const uint8_t *coarse) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)coarse);
  return _mm512_srli_epi32(_mm512_cvtepu8_epi32(bytes), 4);
}

// Adds the squares of sixteen elements, of which the first `count` are there.
INLINE __m512 add_squares(__m512 sum, const float *query, __m512 row, size_t count) {
  __m512 difference;
  if (count >= 16) {
    difference = _mm512_sub_ps(_mm512_loadu_ps(query), row);
  } else {
    __mmask16 in = (__mmask16)((1u << count) - 1);
    difference = _mm512_maskz_sub_ps(in, _mm512_maskz_loadu_ps(in, query), row);
  }
  return _mm512_add_ps(sum, _mm512_mul_ps(difference, difference));
}

INLINE float squared_l2(const float *query, const uint8_t *coarse, const uint8_t *fine, size_t dimension, float step) {
  const size_t bytes = vk_nibble_bytes(dimension), middle = bytes < dimension ? bytes : dimension;
  __m512 unit = _mm512_set1_ps(step / 2048.0f), stretch = _mm512_set1_ps(vk_row_stretch(fine, dimension));
  __m512 sum = _mm512_setzero_ps();
  size_t i = 0;
  for (; i < middle; i += 16, fine += VK_GROUP) {
    __m512 row = row_values(low_halves(coarse + i), fine, unit, stretch);
    sum = add_squares(sum, query + i, row, dimension - i);
  }
  for (; i < dimension; i += 16, fine += VK_GROUP) {
    __m512 row = row_values(high_halves(coarse + i - bytes), fine, unit, stretch);
    sum = add_squares(sum, query + i, row, dimension - i);
  }
  return fold(sum);
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
    __m512 sum = _mm512_setzero_ps();
    for (size_t i = 0; i < width; i += 16) {
      sum = _mm512_add_ps(sum, _mm512_mul_ps(_mm512_loadu_ps(query + i), _mm512_loadu_ps(row + i)));
    }
    out[r] = fold(sum);
  }
}

// Four registers of columns at a time, so that their sums stay in registers.
TARGET static void project(const float *vector, size_t rows, const float *matrix, size_t columns, float *out) {
  size_t j = 0;
  for (; j + 64 <= columns; j += 64) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    for (size_t i = 0; i < rows; i++) {
      const float *row = matrix + i * columns + j;
      __m512 x = _mm512_set1_ps(vector[i]);
      s0 = _mm512_add_ps(s0, _mm512_mul_ps(x, _mm512_loadu_ps(row)));
      s1 = _mm512_add_ps(s1, _mm512_mul_ps(x, _mm512_loadu_ps(row + 16)));
      s2 = _mm512_add_ps(s2, _mm512_mul_ps(x, _mm512_loadu_ps(row + 32)));
      s3 = _mm512_add_ps(s3, _mm512_mul_ps(x, _mm512_loadu_ps(row + 48)));
    }
    _mm512_storeu_ps(out + j, s0);
    _mm512_storeu_ps(out + j + 16, s1);
    _mm512_storeu_ps(out + j + 32, s2);
    _mm512_storeu_ps(out + j + 48, s3);
  }
  for (; j < columns; j += 16) {
    __m512 sum = _mm512_setzero_ps();
    for (size_t i = 0; i < rows; i++) {
      sum = _mm512_add_ps(sum, _mm512_mul_ps(_mm512_set1_ps(vector[i]), _mm512_loadu_ps(matrix + i * columns + j)));
    }
    _mm512_storeu_ps(out + j, sum);
  }
}

TARGET static size_t select_at_most(const float *values, size_t count, float bound, uint32_t *positions) {
  __m512 limit = _mm512_set1_ps(bound);
  __m512i index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 in = count - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (count - i)) - 1);
    __mmask16 hit = _mm512_mask_cmp_ps_mask(in, _mm512_maskz_loadu_ps(in, values + i), limit, _CMP_LE_OQ);
    if (hit) {
      __m512i at = _mm512_add_epi32(index, _mm512_set1_epi32((int32_t)i));
      // Compressed in the register and stored whole: a compressing store to memory is slow on Zen 4.
      _mm512_storeu_si512(positions + found, _mm512_maskz_compress_epi32(hit, at));
      found += (size_t)__builtin_popcount(hit);
    }
  }
  return found;
}

// The values at and after i that there are; the rest reads as NaN, which no comparison selects.
INLINE __m512 values_at(const float *values, size_t i, size_t count) {
  if (count - i >= 16) return _mm512_loadu_ps(values + i);
  __mmask16 in = (__mmask16)((1u << (count - i)) - 1);
  return _mm512_mask_loadu_ps(_mm512_set1_ps(__builtin_nanf("")), in, values + i);
}

TARGET static size_t keep_at_most(float *values, uint32_t *tags, size_t count, float bound) {
  __m512 limit = _mm512_set1_ps(bound);
  size_t kept = 0;
  for (size_t i = 0; i < count; i += 16) {
    __m512 value = values_at(values, i, count);
    __mmask16 hit = _mm512_cmp_ps_mask(value, limit, _CMP_LE_OQ);
    __m512i tag = _mm512_loadu_si512(tags + i);
    // What is stored reaches no further than what has been loaded.
    _mm512_storeu_ps(values + kept, _mm512_maskz_compress_ps(hit, value));
    _mm512_storeu_si512(tags + kept, _mm512_maskz_compress_epi32(hit, tag));
    kept += (size_t)__builtin_popcount(hit);
  }
  return kept;
}

INLINE size_t count_at_most(const float *values, size_t count, float bound) {
  __m512 limit = _mm512_set1_ps(bound);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 16) {
    found += (size_t)__builtin_popcount(_mm512_cmp_ps_mask(values_at(values, i, count), limit, _CMP_LE_OQ));
  }
  return found;
}

TARGET static float bound_for(const float *values, size_t count, size_t wanted) {
  __m512 first = _mm512_set1_ps(values[0]), least = first, greatest = first;
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 in = count - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (count - i)) - 1);
    least = _mm512_mask_min_ps(least, in, least, _mm512_maskz_loadu_ps(in, values + i));
    greatest = _mm512_mask_max_ps(greatest, in, greatest, _mm512_maskz_loadu_ps(in, values + i));
  }
#define COUNT(bound) count_at_most(values, count, bound)
  VK_BOUND_FOR(_mm512_reduce_min_ps(least), _mm512_reduce_max_ps(greatest), COUNT)
#undef COUNT
}

const vk_kernels vk_avx512 = {
    "avx512", squared_l2_gather, inner_gather, project, vk_avx512_scan_bytes, vk_avx512_scan_bits,
    vk_avx512_nibble_rows, vk_avx512_nibble_gather, select_at_most, keep_at_most, bound_for,
};
#endif
