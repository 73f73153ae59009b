// One way of summing products; included by quantised.c with
//   LANES   32-bit sums of a vector register,
//   ENTRY, WEIGHT  the types of a map's entries and of packed weights,
//   GROUP   entries that are summed together: they take 32 bits,
//   DOT(sum, x, w)  sum + x · w of every lane's group, x being one group (int32_t) for all lanes,
//   PIXELS(vectors), MOST_VECTORS, NAME, TARGET  as in direct_template.h.

typedef float NAME(floats) __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t NAME(sums) __attribute__((vector_size(4 * LANES), aligned(4)));

// `pixels` output pixels by vectors × LANES filters, of which the first `filters` exist. `w` is the group's packed weights: four
// lines of numbers for its filters, then a line for each group of entries.
static inline __attribute__((always_inline)) TARGET void NAME(block)(
  const struct nk_quantised *d, ptrdiff_t first, const ptrdiff_t pixels, const ptrdiff_t vectors,
  const char *restrict w, float *restrict z, ptrdiff_t filters) {
  const ptrdiff_t width = vectors * LANES;
  const char *numbers = w;
  NAME(sums) sum[PIXELS(vectors)][MOST_VECTORS];
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) sum[i][v] = *(const NAME(sums) *)(w + 4 * v * LANES);
  }
  w += 16 * width;

  const ENTRY *x[PIXELS(vectors)];
  const ENTRY *image = (const ENTRY *)d->x + first / d->out_pixels * d->image_stride;
  ptrdiff_t pixel = first % d->out_pixels;
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
    x[i] = image + d->starts[pixel];
    if (++pixel == d->out_pixels) {
      pixel = 0;
      image += d->image_stride;
    }
  }
  for (ptrdiff_t line = 0; line < d->lines; line++) {
    for (ptrdiff_t c = 0; c < d->line; c += GROUP, w += 4 * width) {
      NAME(sums) weights[MOST_VECTORS];
#pragma clang loop unroll(full)
      for (ptrdiff_t v = 0; v < vectors; v++) weights[v] = *(const NAME(sums) *)(w + 4 * v * LANES);
#pragma clang loop unroll(full)
      for (ptrdiff_t i = 0; i < pixels; i++) {
        int32_t group;
        __builtin_memcpy(&group, x[i] + c, 4);
#pragma clang loop unroll(full)
        for (ptrdiff_t v = 0; v < vectors; v++) sum[i][v] = DOT(sum[i][v], group, weights[v]);
      }
    }
#pragma clang loop unroll(full)
    for (ptrdiff_t i = 0; i < pixels; i++) x[i] += d->line_stride;
  }

#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
    float *restrict out = z + (first + i) * d->z_pitch;
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) {
      const char *of = numbers + 4 * v * LANES;
      const NAME(floats) factor = *(const NAME(floats) *)(of + 4 * width);
      const NAME(floats) bias = *(const NAME(floats) *)(of + 8 * width);
      const NAME(floats) slope = *(const NAME(floats) *)(of + 12 * width);
      const NAME(floats) zero = {0};
      const NAME(floats) plain = __builtin_convertvector(sum[i][v], NAME(floats)) * factor + bias;
      const NAME(floats) value =
        __builtin_elementwise_max(plain, zero) + slope * __builtin_elementwise_min(plain, zero);
      if ((v + 1) * LANES <= filters) {
        *(NAME(floats) *)(out + v * LANES) = value;
      } else {
        float lanes[LANES];
        *(NAME(floats) *)lanes = value;
        for (ptrdiff_t f = v * LANES; f < filters; f++) out[f] = lanes[f - v * LANES];
      }
    }
  }
}

#define BLOCK(pixels)                                                                              \
  case pixels:                                                                                     \
    if (pixels <= PIXELS(vectors)) NAME(block)(d, from, pixels, vectors, w, z, filters);           \
    break;

// All output pixels of a group of filters, in blocks of nearly equal size.
static inline __attribute__((always_inline)) TARGET void NAME(group)(
  const struct nk_quantised *d, ptrdiff_t from, ptrdiff_t to, const ptrdiff_t vectors, const char *w, float *z,
  ptrdiff_t filters) {
  for (ptrdiff_t blocks = (to - from + PIXELS(vectors) - 1) / PIXELS(vectors); blocks > 0; blocks--) {
    const ptrdiff_t pixels = (to - from + blocks - 1) / blocks;
    switch (pixels) {
      BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6) BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12)
      default: break;
    }
    from += pixels;
  }
}

#undef BLOCK

static TARGET void NAME(quantised)(const struct nk_quantised *d, ptrdiff_t from, ptrdiff_t to) {
  const char *w = d->weights;
  const ptrdiff_t groups = d->lines * ((d->line + GROUP - 1) / GROUP);
  for (ptrdiff_t filter = 0; filter < d->filters;) {
    const ptrdiff_t vectors = group_vectors(d->filters - filter, LANES);
    float *z = d->z + filter;
    switch (vectors) {
      case 1: NAME(group)(d, from, to, 1, w, z, d->filters - filter); break;
      case 2: NAME(group)(d, from, to, 2, w, z, d->filters - filter); break;
      case 3: NAME(group)(d, from, to, 3, w, z, d->filters - filter); break;
#if MOST_VECTORS > 3
      case 4: NAME(group)(d, from, to, 4, w, z, d->filters - filter); break;
#endif
      default: break;
    }
    w += 4 * vectors * LANES * (4 + groups);
    filter += vectors * LANES;
  }
}

static void NAME(pack)(
  const int8_t *weights, const int32_t *starts, const float *factor, const float *bias, const float *slope,
  ptrdiff_t filters, ptrdiff_t lines, ptrdiff_t line, char *packed) {
  for (ptrdiff_t filter = 0; filter < filters;) {
    const ptrdiff_t width = group_vectors(filters - filter, LANES) * LANES;
    const ptrdiff_t used = filters - filter < width ? filters - filter : width;
    int32_t *sums = (int32_t *)packed;
    float *numbers = (float *)packed + width;
    for (ptrdiff_t f = 0; f < width; f++) {
      sums[f] = f < used ? starts[filter + f] : 0;
      numbers[f] = f < used ? factor[filter + f] : 0;
      numbers[width + f] = f < used ? bias[filter + f] : 0;
      numbers[2 * width + f] = f < used ? slope[filter + f] : 0;
    }
    WEIGHT *to = (WEIGHT *)(packed + 16 * width);
    for (ptrdiff_t row = 0; row < lines; row++) {
      for (ptrdiff_t c = 0; c < line; c += GROUP) {
        for (ptrdiff_t f = 0; f < width; f++) {
          for (ptrdiff_t g = 0; g < GROUP; g++) {
            *to++ = f < used && c + g < line ? weights[((filter + f) * lines + row) * line + c + g] : 0;
          }
        }
      }
    }
    packed = (char *)to;
    filter += width;
  }
}
