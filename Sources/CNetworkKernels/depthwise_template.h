// One instruction set's depthwise convolution; included by depthwise.c with
//   LANES   floats of a vector register,
//   NAME(x) the name of x in this instruction set,
//   TARGET  the functions' target attribute.

typedef float NAME(lanes) __attribute__((vector_size(4 * LANES), aligned(4)));

// `pixels` output pixels (a constant where this is inlined) of one row, LANES channels of each. All taps of the
// columns lie on the map.
static inline __attribute__((always_inline)) TARGET void NAME(column)(
  const struct nk_frame *w, const float *from, ptrdiff_t line, struct span down, struct span across,
  const float *restrict weights, const float *restrict bias, float *restrict z, const ptrdiff_t pixels, int relu) {
  const ptrdiff_t channels = w->channels;
  const ptrdiff_t apart = w->stride_width * channels;
  NAME(lanes) sum[4];
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) sum[i] = *(const NAME(lanes) *)bias;
  for (ptrdiff_t ky = down.from; ky < down.to; ky++) {
    const float *in = from + ky * line + across.from * w->dilation_width * channels;
    const float *k = weights + (ky * w->kernel_width + across.from) * channels;
    for (ptrdiff_t kx = across.from; kx < across.to; kx++) {
      const NAME(lanes) weight = *(const NAME(lanes) *)k;
#pragma clang loop unroll(full)
      for (ptrdiff_t i = 0; i < pixels; i++) sum[i] += weight * *(const NAME(lanes) *)(in + i * apart);
      in += w->dilation_width * channels;
      k += channels;
    }
  }
#pragma clang loop unroll(full)
  for (ptrdiff_t i = 0; i < pixels; i++) {
    *(NAME(lanes) *)(z + i * channels) = relu ? __builtin_elementwise_max(sum[i], (NAME(lanes)){0}) : sum[i];
  }
}

// `pixels` output pixels of one row from the channel `c` on, as far as whole vectors go; returns the channel reached.
static inline __attribute__((always_inline)) TARGET ptrdiff_t NAME(columns)(
  const struct nk_frame *w, const float *from, ptrdiff_t line, struct span down, struct span across,
  const float *weights, const float *bias, float *z, const ptrdiff_t pixels, int relu, ptrdiff_t c) {
  for (; c + LANES <= w->channels; c += LANES) {
    NAME(column)(w, from + c, line, down, across, weights + c, bias + c, z + c, pixels, relu);
  }
  return c;
}
