// AVX-512 with VNNI: scans of codes. A register is the 16 rows of a block of bytes, half the rows of a block of bits,
// or a whole row of nibbles.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE __m512i broadcast(const int8_t *codes) {
  int32_t four;
  memcpy(&four, codes, sizeof four);
  return _mm512_set1_epi32(four);
}

// Scores and slots found so far.
typedef struct output {
  float *scores;
  uint32_t *slots;
  size_t found;
} output;

// Sixteen rows; those of `in` that are not above the limit are added. Compressed in the register and stored whole: a
// compressing store to memory is slow on Zen 4.
INLINE void add_hits(output *out, __m512 score, const uint32_t *slots, __m512 limit, __mmask16 in) {
  __mmask16 hit = _mm512_mask_cmp_ps_mask(in, score, limit, _CMP_LE_OQ);
  if (!hit) return;
  __m512i slot = _mm512_load_si512(slots);
  _mm512_storeu_ps(out->scores + out->found, _mm512_maskz_compress_ps(hit, score));
  _mm512_storeu_si512(out->slots + out->found, _mm512_maskz_compress_epi32(hit, slot));
  out->found += (size_t)__builtin_popcount(hit);
}

INLINE __mmask16 first(size_t rows) { return rows >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << rows) - 1); }

INLINE void add_bytes(output *out, __m512i sum, __m512i offset, const uint8_t *scales, __m512 limit, __mmask16 in) {
  __m512 scale = _mm512_load_ps((const float *)(const void *)scales);
  __m512 score = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(offset, sum)), scale);
  add_hits(out, score, (const uint32_t *)(const void *)(scales + 64), limit, in);
}

TARGET size_t vk_avx512_scan_bytes(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float bound,
    float *scores, uint32_t *slots) {
  size_t groups = vk_byte_groups(dimension), bytes = vk_byte_block_bytes(dimension), scales = 64 * groups, r = 0;
  __m512i offsets = _mm512_set1_epi32(offset);
  __m512 limit = _mm512_set1_ps(bound);
  output out = {scores, slots, 0};
  // Four blocks at a time: their chains of additions hide one another's latency.
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
    add_bytes(&out, s0, offsets, blocks + scales, limit, 0xffff);
    add_bytes(&out, s1, offsets, blocks + bytes + scales, limit, 0xffff);
    add_bytes(&out, s2, offsets, blocks + 2 * bytes + scales, limit, 0xffff);
    add_bytes(&out, s3, offsets, blocks + 3 * bytes + scales, limit, first(rows - r - 48));
  }
  for (; r < rows; r += 16, blocks += bytes) {
    __m512i even = _mm512_setzero_si512(), odd = even;
    size_t g = 0;
    for (; g + 2 <= groups; g += 2) {
      even = _mm512_dpbusd_epi32(even, _mm512_load_si512(blocks + 64 * g), broadcast(query + 4 * g));
      odd = _mm512_dpbusd_epi32(odd, _mm512_load_si512(blocks + 64 * g + 64), broadcast(query + 4 * g + 4));
    }
    if (g < groups) even = _mm512_dpbusd_epi32(even, _mm512_load_si512(blocks + 64 * g), broadcast(query + 4 * g));
    add_bytes(&out, _mm512_add_epi32(even, odd), offsets, blocks + scales, limit, first(rows - r));
  }
  return out.found;
}

// The sums of four lanes of 16 bytes, one a row, as 16-bit integers.
INLINE __m256i fold_lanes(__m512i sums) {
  __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(sums));
  __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(sums, 1));
  __m512i both = _mm512_add_epi16(low, high);
  return _mm256_add_epi16(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
}

INLINE __m512 bit_scores(__m256i sums, const uint16_t *factors, __m512 scale, __m512 bias, __m512 base) {
  __m512i bits = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_load_si256((const __m256i *)(const void *)factors)), 16);
  __m512 inner = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(sums)), scale);
  inner = _mm512_mul_ps(_mm512_add_ps(inner, bias), _mm512_castsi512_ps(bits));
  return _mm512_add_ps(base, inner);
}

TARGET size_t vk_avx512_scan_bits(
    const uint8_t *tables, float scale, float bias, const uint8_t *blocks, size_t rows, size_t dimension, float base,
    float bound, float *scores, uint32_t *slots) {
  size_t steps = vk_bit_steps(dimension), bytes = vk_bit_block_bytes(dimension);
  __m512 scales = _mm512_set1_ps(scale), biases = _mm512_set1_ps(bias), bases = _mm512_set1_ps(base);
  __m512 limit = _mm512_set1_ps(bound);
  __m512i half = _mm512_set1_epi8(15);
  output out = {scores, slots, 0};
  for (size_t r = 0; r < rows; r += VK_BIT_ROWS, blocks += bytes) {
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t start = 0; start < steps; start += 8) {
      // Eight steps fit a byte.
      size_t end = start + 8 < steps ? start + 8 : steps;
      __m512i l = _mm512_setzero_si512(), h = l;
      for (size_t k = start; k < end; k++) {
        __m512i codes = _mm512_load_si512(blocks + 64 * k), table = _mm512_load_si512(tables + 64 * k);
        l = _mm512_add_epi8(l, _mm512_shuffle_epi8(table, _mm512_and_si512(codes, half)));
        h = _mm512_add_epi8(h, _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(codes, 4), half)));
      }
      low = _mm256_add_epi16(low, fold_lanes(l));
      high = _mm256_add_epi16(high, fold_lanes(h));
    }
    const uint16_t *factors = (const uint16_t *)(const void *)(blocks + 64 * steps);
    const uint32_t *numbers = (const uint32_t *)(const void *)(blocks + 64 * steps + 64);
    add_hits(&out, bit_scores(low, factors, scales, biases, bases), numbers, limit, first(rows - r));
    if (rows - r > 16) {
      __m512 score = bit_scores(high, factors + 16, scales, biases, bases);
      add_hits(&out, score, numbers + 16, limit, first(rows - r - 16));
    }
  }
  return out.found;
}

// Adds the products of 64 bytes of codes, both halves, to sixteen partial sums of a row. Codes are the unsigned, the
// query the signed factor of the instruction.
INLINE __m512i add_nibbles(__m512i sum, __m512i codes, __m512i query_low, __m512i query_high) {
  __m512i half = _mm512_set1_epi8(15);
  sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(codes, half), query_low);
  return _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16(codes, 4), half), query_high);
}

// The last fewer than 64 bytes of a row.
INLINE __m512i add_rest(__m512i sum, const int8_t *query, const uint8_t *row, size_t bytes, size_t j) {
  __mmask64 in = ((__mmask64)1 << (bytes - j)) - 1;
  return add_nibbles(
      sum, _mm512_maskz_loadu_epi8(in, row + j), _mm512_maskz_loadu_epi8(in, query + j),
      _mm512_maskz_loadu_epi8(in, query + bytes + j));
}

INLINE __m512i nibble_products(const int8_t *query, const uint8_t *row, size_t bytes) {
  __m512i sum = _mm512_setzero_si512();
  size_t j = 0;
  for (; j + 64 <= bytes; j += 64) {
    sum = add_nibbles(
        sum, _mm512_loadu_si512(row + j), _mm512_loadu_si512(query + j), _mm512_loadu_si512(query + bytes + j));
  }
  return j < bytes ? add_rest(sum, query, row, bytes, j) : sum;
}

// Adds up four registers at once.
INLINE void store_four(__m512i a, __m512i b, __m512i c, __m512i d, float *out) {
  __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
  __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
  __m256i two = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
  __m128i one = _mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1));
  _mm_storeu_ps(out, _mm_cvtepi32_ps(_mm_sub_epi32(_mm_setzero_si128(), one)));
}

// Four rows that share the loads of the query.
INLINE void four_scores(
    const int8_t *query, const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d, size_t bytes,
    float *out) {
  __m512i sa = _mm512_setzero_si512(), sb = sa, sc = sa, sd = sa;
  size_t j = 0;
  for (; j + 64 <= bytes; j += 64) {
    __m512i low = _mm512_loadu_si512(query + j), high = _mm512_loadu_si512(query + bytes + j);
    sa = add_nibbles(sa, _mm512_loadu_si512(a + j), low, high);
    sb = add_nibbles(sb, _mm512_loadu_si512(b + j), low, high);
    sc = add_nibbles(sc, _mm512_loadu_si512(c + j), low, high);
    sd = add_nibbles(sd, _mm512_loadu_si512(d + j), low, high);
  }
  if (j < bytes) {
    sa = add_rest(sa, query, a, bytes, j);
    sb = add_rest(sb, query, b, bytes, j);
    sc = add_rest(sc, query, c, bytes, j);
    sd = add_rest(sd, query, d, bytes, j);
  }
  store_four(sa, sb, sc, sd, out);
}

TARGET void vk_avx512_nibble_rows(
    const int8_t *query, const uint8_t *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension), r = 0;
  for (; r + 4 <= count; r += 4, rows += 4 * bytes) {
    four_scores(query, rows, rows + bytes, rows + 2 * bytes, rows + 3 * bytes, bytes, out + r);
  }
  for (; r < count; r++, rows += bytes) out[r] = (float)-_mm512_reduce_add_epi32(nibble_products(query, rows, bytes));
}

TARGET void vk_avx512_nibble_gather(
    const int8_t *query, const uint8_t *const *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension), r = 0;
  for (; r + 4 <= count; r += 4) four_scores(query, rows[r], rows[r + 1], rows[r + 2], rows[r + 3], bytes, out + r);
  for (; r < count; r++) out[r] = (float)-_mm512_reduce_add_epi32(nibble_products(query, rows[r], bytes));
}
#endif
