// AVX-512 with VNNI. A register is the 16 partial sums of a row, or the 16 rows of a block.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE __m512 add_square(__m512 sum, __m512 query, __m512 row) {
  __m512 difference = _mm512_sub_ps(query, row);
  return _mm512_add_ps(sum, _mm512_mul_ps(difference, difference));
}

INLINE float fold(__m512 sum) {
  __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sum), 1));
  __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sum), high);
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

INLINE float squared_l2(const float *query, const float *row, size_t dimension) {
  __m512 sum = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 16 <= dimension; i += 16) sum = add_square(sum, _mm512_loadu_ps(query + i), _mm512_loadu_ps(row + i));
  if (i < dimension) {
    __mmask16 rest = (__mmask16)((1u << (dimension - i)) - 1);
    sum = add_square(sum, _mm512_maskz_loadu_ps(rest, query + i), _mm512_maskz_loadu_ps(rest, row + i));
  }
  return fold(sum);
}

// Four rows at a time: four chains of additions hide one another's latency.
INLINE void squared_l2_four(
    const float *query, const float *a, const float *b, const float *c, const float *d, size_t dimension, float *out) {
  __m512 sa = _mm512_setzero_ps(), sb = sa, sc = sa, sd = sa;
  size_t i = 0;
  for (; i + 16 <= dimension; i += 16) {
    __m512 q = _mm512_loadu_ps(query + i);
    sa = add_square(sa, q, _mm512_loadu_ps(a + i));
    sb = add_square(sb, q, _mm512_loadu_ps(b + i));
    sc = add_square(sc, q, _mm512_loadu_ps(c + i));
    sd = add_square(sd, q, _mm512_loadu_ps(d + i));
  }
  if (i < dimension) {
    __mmask16 rest = (__mmask16)((1u << (dimension - i)) - 1);
    __m512 q = _mm512_maskz_loadu_ps(rest, query + i);
    sa = add_square(sa, q, _mm512_maskz_loadu_ps(rest, a + i));
    sb = add_square(sb, q, _mm512_maskz_loadu_ps(rest, b + i));
    sc = add_square(sc, q, _mm512_maskz_loadu_ps(rest, c + i));
    sd = add_square(sd, q, _mm512_maskz_loadu_ps(rest, d + i));
  }
  out[0] = fold(sa), out[1] = fold(sb), out[2] = fold(sc), out[3] = fold(sd);
}

TARGET static void squared_l2_rows(
    const float *query, const float *rows, size_t count, size_t dimension, float *out) {
  size_t r = 0;
  for (; r + 4 <= count; r += 4) {
    const float *row = rows + r * dimension;
    squared_l2_four(query, row, row + dimension, row + 2 * dimension, row + 3 * dimension, dimension, out + r);
  }
  for (; r < count; r++) out[r] = squared_l2(query, rows + r * dimension, dimension);
}

TARGET static void squared_l2_gather(
    const float *query, const float *const *rows, size_t count, size_t dimension, float *out) {
  size_t r = 0;
  for (; r + 4 <= count; r += 4) {
    squared_l2_four(query, rows[r], rows[r + 1], rows[r + 2], rows[r + 3], dimension, out + r);
  }
  for (; r < count; r++) out[r] = squared_l2(query, rows[r], dimension);
}

INLINE __m512i broadcast(const int8_t *codes) {
  int32_t four;
  __builtin_memcpy(&four, codes, sizeof four);
  return _mm512_set1_epi32(four);
}

INLINE void store_scores(__m512i sum, __m512i offset, const uint8_t *scales, float *out) {
  __m512 scale = _mm512_load_ps((const float *)(const void *)scales);
  _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(offset, sum)), scale));
}

TARGET static void score_blocks(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float *out) {
  size_t groups = vk_groups(dimension), bytes = vk_block_bytes(dimension), scales = 64 * groups, r = 0;
  __m512i offsets = _mm512_set1_epi32(offset);
  for (; r + 48 < rows; r += 64, blocks += 4 * bytes) {
    __m512i s0 = _mm512_setzero_si512(), s1 = s0, s2 = s0, s3 = s0;
    for (size_t g = 0; g < groups; g++) {
      const uint8_t *at = blocks + 64 * g;
      __m512i q = broadcast(query + 4 * g);
      s0 = _mm512_dpbusd_epi32(s0, _mm512_load_si512(at), q);
      s1 = _mm512_dpbusd_epi32(s1, _mm512_load_si512(at + bytes), q);
      s2 = _mm512_dpbusd_epi32(s2, _mm512_load_si512(at + 2 * bytes), q);
      s3 = _mm512_dpbusd_epi32(s3, _mm512_load_si512(at + 3 * bytes), q);
    }
    store_scores(s0, offsets, blocks + scales, out + r);
    store_scores(s1, offsets, blocks + bytes + scales, out + r + 16);
    store_scores(s2, offsets, blocks + 2 * bytes + scales, out + r + 32);
    store_scores(s3, offsets, blocks + 3 * bytes + scales, out + r + 48);
  }
  for (; r < rows; r += 16, blocks += bytes) {
    __m512i even = _mm512_setzero_si512(), odd = even;
    size_t g = 0;
    for (; g + 2 <= groups; g += 2) {
      even = _mm512_dpbusd_epi32(even, _mm512_load_si512(blocks + 64 * g), broadcast(query + 4 * g));
      odd = _mm512_dpbusd_epi32(odd, _mm512_load_si512(blocks + 64 * g + 64), broadcast(query + 4 * g + 4));
    }
    if (g < groups) even = _mm512_dpbusd_epi32(even, _mm512_load_si512(blocks + 64 * g), broadcast(query + 4 * g));
    store_scores(_mm512_add_epi32(even, odd), offsets, blocks + scales, out + r);
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

const vk_kernels vk_avx512 = {"avx512", squared_l2_rows, squared_l2_gather, score_blocks, select_at_most};
#endif
