// One instruction set's direct convolution; included by direct.c with
//   LANES   floats of a vector register,
//   PIXELS(vectors)  output pixels of a full block beside so many vectors of filters: their product in accumulators,
//           the vectors and one input must fit the registers,
//   MOST_VECTORS  of filters that go together,
//   NAME(x) the name of x in this instruction set,
//   TARGET  the functions' target attribute.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4)));

// `pixels` output pixels (a constant where this is inlined, as is `vectors`) by vectors × LANES filters, of which
// the first `filters` exist. `w` is the group's packed weights: its bias, then a line of filters for each tap and
// channel.
static inline __attribute__((always_inline)) TARGET void NAME(block)(
  const struct nk_direct *d, ptrdiff_t first, const ptrdiff_t pixels, const ptrdiff_t vectors, const float *restrict w,
  float *restrict z, ptrdiff_t filters) {
  NAME(vector) sum[PIXELS(vectors)][MOST_VECTORS];
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) sum[i][v] = *(const NAME(vector) *)(w + v * LANES);
  }
  w += vectors * LANES;

  const float *image[PIXELS(vectors)];
  const int32_t *offsets[PIXELS(vectors)];
  const float *from = d->x + first / d->out_pixels * d->image_stride;
  ptrdiff_t pixel = first % d->out_pixels;
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
    image[i] = from;
    offsets[i] = d->offsets + pixel * d->taps;
    if (++pixel == d->out_pixels) {
      pixel = 0;
      from += d->image_stride;
    }
  }
  for (ptrdiff_t tap = 0; tap < d->taps; tap++) {
    const float *x[PIXELS(vectors)];
#pragma clang loop unroll(full)
    for (ptrdiff_t i = 0; i < pixels; i++) {
      const int32_t offset = offsets[i][tap];
      x[i] = offset < 0 ? d->zeros : image[i] + offset;
    }
    for (ptrdiff_t c = 0; c < d->channels; c++, w += vectors * LANES) {
      NAME(vector) weights[MOST_VECTORS];
#pragma clang loop unroll(full)
      for (ptrdiff_t v = 0; v < vectors; v++) weights[v] = *(const NAME(vector) *)(w + v * LANES);
#pragma clang loop unroll(full)
      for (ptrdiff_t i = 0; i < pixels; i++) {
        const float in = x[i][c];
#pragma clang loop unroll(full)
        for (ptrdiff_t v = 0; v < vectors; v++) sum[i][v] += in * weights[v];
      }
    }
  }

#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
    float *restrict out = z + (first + i) * d->z_pitch;
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) {
      NAME(vector) value = sum[i][v];
      if (d->relu) value = __builtin_elementwise_max(value, (NAME(vector)){0});
      if ((v + 1) * LANES <= filters) {
        NAME(vector) *lanes = (NAME(vector) *)(out + v * LANES);
        *lanes = d->add ? *lanes + value : value;
      } else {
        float lanes[LANES];
        *(NAME(vector) *)lanes = value;
        for (ptrdiff_t f = v * LANES; f < filters; f++) {
          out[f] = d->add ? out[f] + lanes[f - v * LANES] : lanes[f - v * LANES];
        }
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
  const struct nk_direct *d, ptrdiff_t from, ptrdiff_t to, const ptrdiff_t vectors, const float *w, float *z,
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

static TARGET void NAME(direct)(const struct nk_direct *d, ptrdiff_t from, ptrdiff_t to) {
  const float *w = d->weights;
  const ptrdiff_t area = d->taps * d->channels;
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
    w += vectors * LANES * (area + 1);
    filter += vectors * LANES;
  }
}
