#include "groups.h"

#define LANES 4
#define MOST_VECTORS 3
#if defined(__aarch64__)
#define PIXELS(vectors) ((vectors) == 3 ? 8 : 12)
#else
#define PIXELS(vectors) ((vectors) == 3 ? 4 : 6)
#endif
#define NAME(x) x##_base
#define TARGET
#include "direct_template.h"
#undef LANES
#undef MOST_VECTORS
#undef PIXELS
#undef NAME
#undef TARGET

#if defined(__x86_64__)

#define LANES 8
#define MOST_VECTORS 3
#define PIXELS(vectors) ((vectors) == 3 ? 4 : 6)
#define NAME(x) x##_v3
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "direct_template.h"
#undef LANES
#undef MOST_VECTORS
#undef PIXELS
#undef NAME
#undef TARGET

#define LANES 16
#define MOST_VECTORS 4
#define PIXELS(vectors) ((vectors) == 4 ? 6 : (vectors) == 3 ? 8 : 12)
#define NAME(x) x##_v4
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#include "direct_template.h"
#undef LANES
#undef PIXELS
#undef NAME
#undef TARGET

#endif

ptrdiff_t nk_direct_packed_count(ptrdiff_t filters, ptrdiff_t area, ptrdiff_t lanes) {
  return (filters + lanes - 1) / lanes * lanes * (area + 1);
}

void nk_direct_pack(
  const float *weights, ptrdiff_t filter_stride, ptrdiff_t tap_stride, ptrdiff_t channel_stride, const float *bias,
  ptrdiff_t filters, ptrdiff_t taps, ptrdiff_t channels, ptrdiff_t lanes, float *packed) {
  for (ptrdiff_t filter = 0; filter < filters;) {
    const ptrdiff_t width = group_vectors(filters - filter, lanes) * lanes;
    const ptrdiff_t used = filters - filter < width ? filters - filter : width;
    for (ptrdiff_t f = 0; f < width; f++) packed[f] = f < used && bias ? bias[filter + f] : 0;
    packed += width;
    for (ptrdiff_t tap = 0; tap < taps; tap++) {
      const float *from = weights + filter * filter_stride + tap * tap_stride;
      for (ptrdiff_t c = 0; c < channels; c++, from += channel_stride, packed += width) {
        for (ptrdiff_t f = 0; f < used; f++) packed[f] = from[f * filter_stride];
        for (ptrdiff_t f = used; f < width; f++) packed[f] = 0;
      }
    }
    filter += width;
  }
}

void nk_direct(const struct nk_direct *d, ptrdiff_t from, ptrdiff_t to, ptrdiff_t lanes) {
  switch (lanes) {
#if defined(__x86_64__)
    case 16: direct_v4(d, from, to); break;
    case 8: direct_v3(d, from, to); break;
#endif
    default: direct_base(d, from, to); break;
  }
}
