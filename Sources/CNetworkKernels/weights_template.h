// One instruction set's gradient of a convolution's weights; included by weights.c with LANES, NAME and TARGET as in
// direct_template.h, and
//   ROWS(vectors)  filters of a full block beside so many vectors of channels: their product in accumulators, the
//                  vectors and one factor must fit the registers,
//   LOAD_PART(from, count), STORE_PART(to, count, value)  the first `count` lanes, 1 to LANES, of a vector.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES), aligned(4)));

// gradient += Σ dy · xᵀ for `filters` rows (a constant where this is inlined, as is `vectors`) by vectors × LANES
// channels, of which the last vector has `last`; over `count` pairs of pixels in each of some images.
static inline __attribute__((always_inline)) TARGET void NAME(weight_block)(
  const struct nk_weight_gradient *g, ptrdiff_t first_image, ptrdiff_t end_image, const struct nk_pixel_pair *pairs,
  ptrdiff_t count, ptrdiff_t channel, ptrdiff_t filter, const ptrdiff_t filters, const ptrdiff_t vectors,
  const int whole, ptrdiff_t last, float *restrict gradient, ptrdiff_t pitch) {
  NAME(vector) sum[ROWS(1)][4];
#pragma clang loop unroll(full)
  for (ptrdiff_t f = 0; f < filters; f++) {
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) sum[f][v] = (NAME(vector)){0};
  }
  for (ptrdiff_t image = first_image; image < end_image; image++) {
    const float *x = g->x + image * g->x_image + channel, *dy = g->dy + image * g->dy_image + filter;
    for (ptrdiff_t i = 0; i < count; i++) {
      const float *line = x + pairs[i].x, *factors = dy + pairs[i].dy;
      NAME(vector) in[4];
#pragma clang loop unroll(full)
      for (ptrdiff_t v = 0; v < vectors; v++) {
        in[v] = whole || v + 1 < vectors ? *(const NAME(vector) *)(line + v * LANES) : LOAD_PART(line + v * LANES, last);
      }
#pragma clang loop unroll(full)
      for (ptrdiff_t f = 0; f < filters; f++) {
#pragma clang loop unroll(full)
        for (ptrdiff_t v = 0; v < vectors; v++) sum[f][v] += factors[f] * in[v];
      }
    }
  }
#pragma clang loop unroll(full)
  for (ptrdiff_t f = 0; f < filters; f++) {
#pragma clang loop unroll(full)
    for (ptrdiff_t v = 0; v < vectors; v++) {
      float *lanes = gradient + f * pitch + v * LANES;
      const ptrdiff_t used = v + 1 < vectors ? LANES : last;
      STORE_PART(lanes, used, LOAD_PART(lanes, used) + sum[f][v]);
    }
  }
}

#define BLOCK(filters)                                                                                       \
  case filters:                                                                                              \
    if (filters <= ROWS(vectors)) {                                                                          \
      NAME(weight_block)(                                                                                    \
        g, image, end_image, pairs, count, channel, filter, filters, vectors, whole, last, rows, pitch);     \
    }                                                                                                        \
    break;

// All of a unit's filters, blocks of nearly equal size, for one tap's pairs.
static inline __attribute__((always_inline)) TARGET void NAME(weight_rows)(
  const struct nk_weight_gradient *g, ptrdiff_t image, ptrdiff_t end_image, const struct nk_pixel_pair *pairs,
  ptrdiff_t count, ptrdiff_t channel, ptrdiff_t filter, ptrdiff_t end_filter, const ptrdiff_t vectors,
  const int whole, ptrdiff_t last, float *gradient, ptrdiff_t pitch) {
  for (ptrdiff_t blocks = (end_filter - filter + ROWS(vectors) - 1) / ROWS(vectors); blocks > 0; blocks--) {
    const ptrdiff_t filters = (end_filter - filter + blocks - 1) / blocks;
    float *rows = gradient + filter * pitch;
    switch (filters) {
      BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6) BLOCK(7) BLOCK(8) BLOCK(9) BLOCK(10) BLOCK(11) BLOCK(12)
      default: break;
    }
    filter += filters;
  }
}

#undef BLOCK

static inline __attribute__((always_inline)) TARGET void NAME(weight_taps)(
  const struct nk_weight_gradient *g, const struct weight_unit *u, const ptrdiff_t vectors, const int whole) {
  const ptrdiff_t pitch = g->taps * g->channels;
  const ptrdiff_t rest = g->channels - u->channel - (vectors - 1) * LANES, last = whole ? LANES : rest;
  for (ptrdiff_t image = 0; image < g->images; image += g->images_together) {
    const ptrdiff_t end = image + g->images_together < g->images ? image + g->images_together : g->images;
    for (ptrdiff_t chunk = 0; chunk < g->chunks; chunk++) {
      for (ptrdiff_t tap = u->tap; tap < u->end_tap; tap++) {
        const int32_t *start = g->starts + tap * g->chunks + chunk;
        if (start[0] == start[1]) continue;
        NAME(weight_rows)(
          g, image, end, g->pairs + start[0], start[1] - start[0], u->channel, u->filter, u->end_filter, vectors, whole, last,
          g->gradient + tap * g->channels + u->channel, pitch);
      }
    }
  }
}

#define UNIT(vectors)                                        \
  case 2 * vectors: NAME(weight_taps)(g, &u, vectors, 0); break; \
  case 2 * vectors + 1: NAME(weight_taps)(g, &u, vectors, 1); break;

static TARGET void NAME(weight_gradient)(const struct nk_weight_gradient *g, ptrdiff_t unit) {
  const struct weight_unit u = weight_unit(g, unit, LANES, MOST_VECTORS);
  const int whole = u.channel + u.vectors * LANES <= g->channels;
  switch (2 * u.vectors + whole) {
    UNIT(1) UNIT(2) UNIT(3)
#if MOST_VECTORS > 3
    UNIT(4)
#endif
    default: break;
  }
}

#undef UNIT
