#include "common.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// A part of the gradient that is summed at one go: some channels of some taps of some filters.
struct weight_unit {
  ptrdiff_t channel, vectors;
  ptrdiff_t tap, end_tap;
  ptrdiff_t filter, end_filter;
};

// Units of fewer filters are not worth their walk over the pixels.
enum { LEAST_FILTERS = 8, ENOUGH_UNITS = 8 };

INLINE ptrdiff_t quotient_up(ptrdiff_t a, ptrdiff_t b) { return (a + b - 1) / b; }

// How many groups of vectors hold all channels, and how many parts the filters fall into: enough for several
// threads.
INLINE ptrdiff_t channel_groups(const struct nk_weight_gradient *g, ptrdiff_t lanes, ptrdiff_t most_vectors) {
  return quotient_up(quotient_up(g->channels, lanes), most_vectors);
}

INLINE ptrdiff_t filter_parts(const struct nk_weight_gradient *g, ptrdiff_t others) {
  const ptrdiff_t wanted = quotient_up(ENOUGH_UNITS, others), possible = g->filters / LEAST_FILTERS;
  return wanted < possible ? wanted : possible < 1 ? 1 : possible;
}

// Whole rows of the kernel go together: their taps read the same lines of the maps.
INLINE struct weight_unit weight_unit(
  const struct nk_weight_gradient *g, ptrdiff_t unit, ptrdiff_t lanes, ptrdiff_t most_vectors) {
  const ptrdiff_t groups = channel_groups(g, lanes, most_vectors), tap_rows = g->taps / g->row_taps;
  const ptrdiff_t parts = filter_parts(g, groups * tap_rows);
  const ptrdiff_t part = unit % parts, group = unit / parts % groups, row = unit / parts / groups;
  const ptrdiff_t vectors = quotient_up(g->channels, lanes);
  const ptrdiff_t first = vectors * group / groups, end = vectors * (group + 1) / groups;
  struct weight_unit u = {
    .channel = first * lanes, .vectors = end - first,
    .tap = row * g->row_taps, .end_tap = (row + 1) * g->row_taps,
    .filter = g->filters * part / parts, .end_filter = g->filters * (part + 1) / parts,
  };
  return u;
}

#define LANES 4
#define MOST_VECTORS 3
#define ROWS(vectors) ((vectors) == 1 ? 8 : (vectors) == 2 ? 6 : 4)
#define NAME(x) x##_base
#define TARGET
#define LOAD_PART(from, count) load_part_base(from, count)
#define STORE_PART(to, count, value) store_part_base(to, count, value)
typedef float vector_base_part __attribute__((vector_size(16), aligned(4)));

INLINE vector_base_part load_part_base(const float *from, ptrdiff_t count) {
  if (count == LANES) return *(const vector_base_part *)from;
  vector_base_part value = {0};
  for (ptrdiff_t i = 0; i < count; i++) value[i] = from[i];
  return value;
}

INLINE void store_part_base(float *to, ptrdiff_t count, vector_base_part value) {
  for (ptrdiff_t i = 0; i < count; i++) to[i] = value[i];
}

#include "weights_template.h"
#undef LANES
#undef MOST_VECTORS
#undef ROWS
#undef NAME
#undef TARGET
#undef LOAD_PART
#undef STORE_PART

#if defined(__x86_64__)

#define LANES 8
#define MOST_VECTORS 3
#define ROWS(vectors) ((vectors) == 1 ? 8 : (vectors) == 2 ? 6 : 4)
#define NAME(x) x##_v3
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define LOAD_PART(from, count) _mm256_maskload_ps(from, first_lanes(count))
#define STORE_PART(to, count, value) _mm256_maskstore_ps(to, first_lanes(count), value)

static inline __attribute__((always_inline)) TARGET __m256i first_lanes(ptrdiff_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

#include "weights_template.h"
#undef LANES
#undef MOST_VECTORS
#undef ROWS
#undef NAME
#undef TARGET
#undef LOAD_PART
#undef STORE_PART

#define LANES 16
#define MOST_VECTORS 4
#define ROWS(vectors) ((vectors) == 1 ? 12 : (vectors) == 2 ? 12 : (vectors) == 3 ? 8 : 6)
#define NAME(x) x##_v4
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define LOAD_PART(from, count) _mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), from)
#define STORE_PART(to, count, value) _mm512_mask_storeu_ps(to, (__mmask16)((1u << (count)) - 1), value)
#include "weights_template.h"

#endif

ptrdiff_t nk_weight_units(const struct nk_weight_gradient *g, ptrdiff_t lanes) {
  const ptrdiff_t others = channel_groups(g, lanes, lanes == 16 ? 4 : 3) * (g->taps / g->row_taps);
  return others * filter_parts(g, others);
}

void nk_weight_gradient(const struct nk_weight_gradient *g, ptrdiff_t unit, ptrdiff_t lanes) {
  switch (lanes) {
#if defined(__x86_64__)
    case 16: weight_gradient_v4(g, unit); break;
    case 8: weight_gradient_v3(g, unit); break;
#endif
    default: weight_gradient_base(g, unit); break;
  }
}
