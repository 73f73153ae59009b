// One instruction set's direct convolution; included by direct.c with
//   LANES   floats of a vector register,
//   PIXELS  output pixels of a full block: PIXELS × 3 accumulators, 3 weights and 1 input must fit the registers,
//   NAME(x) the name of x in this instruction set,
//   TARGET  the functions' target attribute.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4)));

// `pixels` output pixels (a constant where this is inlined, as is `vectors`) by vectors × LANES filters, of which
// the first `filters` exist. `w` is the group's packed weights: its bias, then a line of filters for each tap and
// channel.
static inline __attribute__((always_inline)) TARGET void NAME(block)(
  const struct nk_direct *d, ptrdiff_t first, const ptrdiff_t pixels, const ptrdiff_t vectors, const float *restrict w,
  float *restrict z, ptrdiff_t filters) {
  NAME(vector) sum[PIXELS][3];
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) sum[i][v] = *(const NAME(vector) *)(w + v * LANES);
  }
  w += vectors * LANES;

  const float *image[PIXELS];
  const int32_t *offsets[PIXELS];
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
    const float *x[PIXELS];
#pragma clang loop unroll(full)
    for (ptrdiff_t i = 0; i < pixels; i++) {
      const int32_t offset = offsets[i][tap];
      x[i] = offset < 0 ? d->zeros : image[i] + offset;
    }
    for (ptrdiff_t c = 0; c < d->channels; c++, w += vectors * LANES) {
      NAME(vector) weights[3];
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

// All output pixels of a group of filters.
static inline __attribute__((always_inline)) TARGET void NAME(group)(
  const struct nk_direct *d, ptrdiff_t from, ptrdiff_t to, const ptrdiff_t vectors, const float *w, float *z,
  ptrdiff_t filters) {
  for (; from + PIXELS <= to; from += PIXELS) NAME(block)(d, from, PIXELS, vectors, w, z, filters);
#if PIXELS > 4
  if (from + 4 <= to) {
    NAME(block)(d, from, 4, vectors, w, z, filters);
    from += 4;
  }
#endif
  if (from + 2 <= to) {
    NAME(block)(d, from, 2, vectors, w, z, filters);
    from += 2;
  }
  if (from < to) NAME(block)(d, from, 1, vectors, w, z, filters);
}

static TARGET void NAME(direct)(const struct nk_direct *d, ptrdiff_t from, ptrdiff_t to) {
  const float *w = d->weights;
  const ptrdiff_t area = d->taps * d->channels;
  for (ptrdiff_t filter = 0; filter < d->filters;) {
    const ptrdiff_t vectors = group_vectors(d->filters - filter, LANES);
    float *z = d->z + filter;
    switch (vectors) {
      case 1: NAME(group)(d, from, to, 1, w, z, d->filters - filter); break;
      case 2: NAME(group)(d, from, to, 2, w, z, d->filters - filter); break;
      default: NAME(group)(d, from, to, 3, w, z, d->filters - filter); break;
    }
    w += vectors * LANES * (area + 1);
    filter += vectors * LANES;
  }
}
