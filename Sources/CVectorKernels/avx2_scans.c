// AVX2: scans of codes. Two registers are the 16 rows of a block of bytes, two groups of coordinates of half the rows
// of a block of bits, or half a row of nibbles.
#if defined(__x86_64__)
#include <immintrin.h>

#include "avx2_packing.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx2,popcnt")))
#define INLINE static inline __attribute__((always_inline)) TARGET

// Scores and slots found so far.
typedef struct output {
  float *scores;
  uint32_t *slots;
  size_t found;
} output;

// Eight rows; those among the first `rows` that are not above the limit are added. Stored whole: there is room.
INLINE void add_hits(output *out, __m256 score, const uint32_t *slots, __m256 limit, size_t rows) {
  unsigned hit = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(score, limit, _CMP_LE_OQ));
  if (rows < 8) hit &= (1u << rows) - 1;
  if (!hit) return;
  __m256i order = vk_packed(hit), slot = _mm256_load_si256((const __m256i *)(const void *)slots);
  _mm256_storeu_ps(out->scores + out->found, _mm256_permutevar8x32_ps(score, order));
  _mm256_storeu_si256((__m256i *)(void *)(out->slots + out->found), _mm256_permutevar8x32_epi32(slot, order));
  out->found += (size_t)__builtin_popcount(hit);
}

// Eight rows' sums of four products. The instruction multiplies unsigned by signed bytes and adds pairs in 16 bits:
// |query| times the code with the query's sign is at most 2·127² in a pair, so nothing saturates.
INLINE __m256i four_products(__m256i stored, __m256i query, __m256i magnitude) {
  __m256i code = _mm256_xor_si256(stored, _mm256_set1_epi8((char)0x80));
  __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(code, query));
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

INLINE void add_bytes(output *out, __m256i sum, const uint8_t *scales, const uint32_t *slots, __m256 limit, size_t rows) {
  __m256 scale = _mm256_load_ps((const float *)(const void *)scales);
  __m256i negated = _mm256_sub_epi32(_mm256_setzero_si256(), sum);
  add_hits(out, _mm256_mul_ps(_mm256_cvtepi32_ps(negated), scale), slots, limit, rows);
}

// The codes' own offset is taken off in every product, so the sum is already signed and `offset` is not needed.
TARGET size_t vk_avx2_scan_bytes(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float bound,
    float *scores, uint32_t *slots) {
  (void)offset;
  size_t groups = vk_byte_groups(dimension), bytes = vk_byte_block_bytes(dimension), scales = 64 * groups;
  __m256 limit = _mm256_set1_ps(bound);
  output out = {scores, slots, 0};
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
    const uint32_t *numbers = (const uint32_t *)(const void *)(blocks + scales + 64);
    add_bytes(&out, low, blocks + scales, numbers, limit, rows - r);
    if (rows - r > 8) add_bytes(&out, high, blocks + scales + 32, numbers + 8, limit, rows - r - 8);
  }
  return out.found;
}

// Sums of two lanes of 16 bytes, one a row, as 16-bit integers.
INLINE __m256i fold_lanes(__m256i sums) {
  __m256i first = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(sums));
  return _mm256_add_epi16(first, _mm256_cvtepu8_epi16(_mm256_extracti128_si256(sums, 1)));
}

typedef struct query_terms {
  __m256 scale, bias, base, limit;
} query_terms;

// Sixteen rows: their sums, factors and slots.
INLINE void add_bits(
    output *out, __m256i sums, const uint16_t *factors, const uint32_t *slots, query_terms q, size_t rows) {
  for (size_t half = 0; half < 2 && rows > 8 * half; half++) {
    __m128i sum = half ? _mm256_extracti128_si256(sums, 1) : _mm256_castsi256_si128(sums);
    __m128i stored = _mm_load_si128((const __m128i *)(const void *)(factors + 8 * half));
    __m256 factor = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(stored), 16));
    __m256 inner = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(sum)), q.scale);
    inner = _mm256_mul_ps(_mm256_add_ps(inner, q.bias), factor);
    add_hits(out, _mm256_add_ps(q.base, inner), slots + 8 * half, q.limit, rows - 8 * half);
  }
}

TARGET size_t vk_avx2_scan_bits(
    const uint8_t *tables, float scale, float bias, const uint8_t *blocks, size_t rows, size_t dimension, float base,
    float bound, float *scores, uint32_t *slots) {
  size_t steps = vk_bit_steps(dimension), bytes = vk_bit_block_bytes(dimension);
  query_terms q = {_mm256_set1_ps(scale), _mm256_set1_ps(bias), _mm256_set1_ps(base), _mm256_set1_ps(bound)};
  __m256i half = _mm256_set1_epi8(15);
  output out = {scores, slots, 0};
  for (size_t r = 0; r < rows; r += VK_BIT_ROWS, blocks += bytes) {
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t start = 0; start < 2 * steps; start += 8) {
      // Eight entries fit a byte.
      size_t end = start + 8 < 2 * steps ? start + 8 : 2 * steps;
      __m256i l = _mm256_setzero_si256(), h = l;
      for (size_t k = start; k < end; k++) {
        __m256i codes = _mm256_load_si256((const __m256i *)(const void *)(blocks + 32 * k));
        __m256i table = _mm256_load_si256((const __m256i *)(const void *)(tables + 32 * k));
        l = _mm256_add_epi8(l, _mm256_shuffle_epi8(table, _mm256_and_si256(codes, half)));
        h = _mm256_add_epi8(h, _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(codes, 4), half)));
      }
      low = _mm256_add_epi16(low, fold_lanes(l));
      high = _mm256_add_epi16(high, fold_lanes(h));
    }
    const uint16_t *factors = (const uint16_t *)(const void *)(blocks + 64 * steps);
    const uint32_t *numbers = (const uint32_t *)(const void *)(blocks + 64 * steps + 64);
    add_bits(&out, low, factors, numbers, q, rows - r);
    if (rows - r > 16) add_bits(&out, high, factors + 16, numbers + 16, q, rows - r - 16);
  }
  return out.found;
}

// Eight partial sums of a row of nibbles. A pair of products is at most 2·15·127, so nothing saturates.
INLINE __m256i nibble_products(const int8_t *query, const uint8_t *row, size_t bytes) {
  __m256i half = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1), sum = _mm256_setzero_si256();
  size_t j = 0;
  for (; j + 32 <= bytes; j += 32) {
    __m256i codes = _mm256_loadu_si256((const __m256i *)(const void *)(row + j));
    __m256i low = _mm256_and_si256(codes, half), high = _mm256_and_si256(_mm256_srli_epi16(codes, 4), half);
    __m256i ql = _mm256_loadu_si256((const __m256i *)(const void *)(query + j));
    __m256i qh = _mm256_loadu_si256((const __m256i *)(const void *)(query + bytes + j));
    // Two pairs together are at most 4·15·127, which still fits.
    __m256i pairs = _mm256_add_epi16(_mm256_maddubs_epi16(low, ql), _mm256_maddubs_epi16(high, qh));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
  }
  if (j < bytes) {
    __m128i codes = _mm_loadu_si128((const __m128i *)(const void *)(row + j)), four = _mm256_castsi256_si128(half);
    __m128i low = _mm_and_si128(codes, four), high = _mm_and_si128(_mm_srli_epi16(codes, 4), four);
    __m128i ql = _mm_loadu_si128((const __m128i *)(const void *)(query + j));
    __m128i qh = _mm_loadu_si128((const __m128i *)(const void *)(query + bytes + j));
    __m128i pairs = _mm_add_epi16(_mm_maddubs_epi16(low, ql), _mm_maddubs_epi16(high, qh));
    sum = _mm256_add_epi32(sum, _mm256_zextsi128_si256(_mm_madd_epi16(pairs, _mm256_castsi256_si128(ones))));
  }
  return sum;
}

// Adds up four registers at once.
INLINE void store_four(__m256i a, __m256i b, __m256i c, __m256i d, float *out) {
  __m256i all = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
  __m128i one = _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
  _mm_storeu_ps(out, _mm_cvtepi32_ps(_mm_sub_epi32(_mm_setzero_si128(), one)));
}

INLINE void store_one(__m256i a, float *out) {
  float four[4];
  store_four(a, a, a, a, four);
  *out = four[0];
}

TARGET void vk_avx2_nibble_rows(
    const int8_t *query, const uint8_t *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension), r = 0;
  for (; r + 4 <= count; r += 4, rows += 4 * bytes) {
    store_four(
        nibble_products(query, rows, bytes), nibble_products(query, rows + bytes, bytes),
        nibble_products(query, rows + 2 * bytes, bytes), nibble_products(query, rows + 3 * bytes, bytes), out + r);
  }
  for (; r < count; r++, rows += bytes) store_one(nibble_products(query, rows, bytes), out + r);
}

TARGET void vk_avx2_nibble_gather(
    const int8_t *query, const uint8_t *const *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension), r = 0;
  for (; r + 4 <= count; r += 4) {
    store_four(
        nibble_products(query, rows[r], bytes), nibble_products(query, rows[r + 1], bytes),
        nibble_products(query, rows[r + 2], bytes), nibble_products(query, rows[r + 3], bytes), out + r);
  }
  for (; r < count; r++) store_one(nibble_products(query, rows[r], bytes), out + r);
}
#endif
