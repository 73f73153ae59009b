#include <string.h>

#include "groups.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// ---- plain: pairs of 16 bits, as AVX2 has them --------------------------------------------------------

typedef int32_t sums_base __attribute__((vector_size(16), aligned(4)));

INLINE sums_base dot_base(sums_base sum, int32_t x, sums_base w) {
  int16_t pair[2], weights[8];
  memcpy(pair, &x, 4);
  memcpy(weights, &w, 16);
  for (ptrdiff_t lane = 0; lane < 4; lane++) {
    sum[lane] += pair[0] * weights[2 * lane] + pair[1] * weights[2 * lane + 1];
  }
  return sum;
}

#define LANES 4
#define MOST_VECTORS 3
#define PIXELS(vectors) ((vectors) == 3 ? 4 : 6)
#define ENTRY int16_t
#define WEIGHT int16_t
#define GROUP 2
#define DOT(sum, x, w) dot_base(sum, x, w)
#define NAME(x) x##_base
#define TARGET
#include "quantised_template.h"
#undef LANES
#undef MOST_VECTORS
#undef PIXELS
#undef DOT
#undef NAME
#undef TARGET

#if defined(__x86_64__)

#define LANES 8
#define MOST_VECTORS 3
#define PIXELS(vectors) ((vectors) == 3 ? 4 : 6)
#define DOT(sum, x, w) \
  (sums_v3) _mm256_add_epi32((__m256i)(sum), _mm256_madd_epi16(_mm256_set1_epi32(x), (__m256i)(w)))
#define NAME(x) x##_v3
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "quantised_template.h"
#undef LANES
#undef MOST_VECTORS
#undef PIXELS
#undef ENTRY
#undef WEIGHT
#undef GROUP
#undef DOT
#undef NAME
#undef TARGET

#define LANES 16
#define MOST_VECTORS 4
#define PIXELS(vectors) ((vectors) == 4 ? 6 : (vectors) == 3 ? 8 : 12)
#define ENTRY uint8_t
#define WEIGHT int8_t
#define GROUP 4
#define DOT(sum, x, w) (sums_vnni) _mm512_dpbusd_epi32((__m512i)(sum), _mm512_set1_epi32(x), (__m512i)(w))
#define NAME(x) x##_vnni
#define TARGET __attribute__((target("arch=x86-64-v4,avx512vnni"), min_vector_width(512)))
#include "quantised_template.h"
#undef LANES
#undef PIXELS
#undef ENTRY
#undef WEIGHT
#undef GROUP
#undef DOT
#undef NAME
#undef TARGET

#endif

int nk_dot_runs(int kind) {
#if defined(__x86_64__)
  if (kind == NK_DOT_VNNI) return nk_runs(NK_AVX512) && __builtin_cpu_supports("avx512vnni");
  if (kind == NK_DOT_AVX2) return nk_runs(NK_AVX2);
#endif
  return kind == NK_DOT_PLAIN;
}

ptrdiff_t nk_dot_entry(int kind) { return kind == NK_DOT_VNNI ? 1 : 2; }
ptrdiff_t nk_dot_group(int kind) { return kind == NK_DOT_VNNI ? 4 : 2; }

static ptrdiff_t lanes_of(int kind) { return kind == NK_DOT_VNNI ? 16 : kind == NK_DOT_AVX2 ? 8 : 4; }

ptrdiff_t nk_quantised_packed_size(ptrdiff_t filters, ptrdiff_t lines, ptrdiff_t line, int kind) {
  const ptrdiff_t lanes = lanes_of(kind), group = nk_dot_group(kind);
  return (filters + lanes - 1) / lanes * lanes * 4 * (4 + lines * ((line + group - 1) / group));
}

void nk_quantised_pack(
  const int8_t *weights, const int32_t *starts, const float *factor, const float *bias, const float *slope,
  ptrdiff_t filters, ptrdiff_t lines, ptrdiff_t line, int kind, void *packed) {
  switch (kind) {
#if defined(__x86_64__)
    case NK_DOT_VNNI: pack_vnni(weights, starts, factor, bias, slope, filters, lines, line, packed); break;
    case NK_DOT_AVX2: pack_v3(weights, starts, factor, bias, slope, filters, lines, line, packed); break;
#endif
    default: pack_base(weights, starts, factor, bias, slope, filters, lines, line, packed); break;
  }
}

void nk_quantised(const struct nk_quantised *d, ptrdiff_t from, ptrdiff_t to, int kind) {
  switch (kind) {
#if defined(__x86_64__)
    case NK_DOT_VNNI: quantised_vnni(d, from, to); break;
    case NK_DOT_AVX2: quantised_v3(d, from, to); break;
#endif
    default: quantised_base(d, from, to); break;
  }
}
