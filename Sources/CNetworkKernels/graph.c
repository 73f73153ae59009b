#include <math.h>

#include "common.h"

// Input row or column of a tap; on the map where it is within 0 ..< size.
INLINE ptrdiff_t place(ptrdiff_t out, ptrdiff_t stride, ptrdiff_t padding, ptrdiff_t tap, ptrdiff_t dilation) {
  return out * stride - padding + tap * dilation;
}

// Walks the taps of output pixel (oy, ox) of an image that lie on the map; `in` is the offset of the tap's pixel,
// `tap` its number.
#define FOR_EACH_TAP(body)                                                                       \
  for (ptrdiff_t ky = 0; ky < w->kernel_height; ky++) {                                          \
    const ptrdiff_t iy = place(oy, w->stride_height, w->top, ky, w->dilation_height);            \
    if (iy < 0 || iy >= w->in_height) continue;                                                  \
    for (ptrdiff_t kx = 0; kx < w->kernel_width; kx++) {                                         \
      const ptrdiff_t ix = place(ox, w->stride_width, w->left, kx, w->dilation_width);           \
      if (ix < 0 || ix >= w->in_width) continue;                                                 \
      const ptrdiff_t in = ((image * w->in_height + iy) * w->in_width + ix) * w->channels;       \
      const ptrdiff_t tap = ky * w->kernel_width + kx;                                           \
      (void)tap;                                                                                 \
      body                                                                                       \
    }                                                                                            \
  }

KERNEL(
  nk_convolution_plain,
  (const struct nk_frame *w, const float *x, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t filters, ptrdiff_t
  groups, const float *weights, const float *bias, float *z),
  (w, x, first_row, rows, filters, groups, weights, bias, z)) {
  const ptrdiff_t inner = w->channels / groups, outer = filters / groups;
  const ptrdiff_t area = w->kernel_height * w->kernel_width * inner;
  for (ptrdiff_t row = first_row; row < first_row + rows; row++) {
    const ptrdiff_t image = row / w->out_height, oy = row % w->out_height;
    for (ptrdiff_t ox = 0; ox < w->out_width; ox++) {
      float *out = z + (row * w->out_width + ox) * filters;
      for (ptrdiff_t f = 0; f < filters; f++) {
        float sum = bias[f];
        const float *from = x + f / outer * inner;
        FOR_EACH_TAP({
          for (ptrdiff_t c = 0; c < inner; c++) sum += weights[f * area + tap * inner + c] * from[in + c];
        })
        out[f] = sum;
      }
    }
  }
}

#define FOR_EACH_PIXEL(body)                                                                     \
  float *restrict out = z;                                                                       \
  for (ptrdiff_t image = 0; image < n; image++) {                                                \
    for (ptrdiff_t oy = 0; oy < w->out_height; oy++) {                                           \
      for (ptrdiff_t ox = 0; ox < w->out_width; ox++, out += channels) body                      \
    }                                                                                            \
  }

KERNEL(
  nk_frame_max_pool,
  (const struct nk_frame *w, ptrdiff_t n, const float *restrict x, float *restrict z),
  (w, n, x, z)) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    for (ptrdiff_t c = 0; c < channels; c++) out[c] = -INFINITY;
    FOR_EACH_TAP({
      for (ptrdiff_t c = 0; c < channels; c++) out[c] = x[in + c] > out[c] ? x[in + c] : out[c];
    })
  })
}

KERNEL(
  nk_frame_average_pool,
  (const struct nk_frame *w, ptrdiff_t n, const float *restrict x, float *restrict z, int counts_padding),
  (w, n, x, z, counts_padding)) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    ptrdiff_t taps = 0;
    for (ptrdiff_t c = 0; c < channels; c++) out[c] = 0;
    FOR_EACH_TAP({
      for (ptrdiff_t c = 0; c < channels; c++) out[c] += x[in + c];
      taps++;
    })
    if (counts_padding) taps = w->kernel_height * w->kernel_width;
    const float share = taps > 0 ? 1.0f / (float)taps : 0;
    for (ptrdiff_t c = 0; c < channels; c++) out[c] *= share;
  })
}

// z[i] = expression of v = x[i], on a pixel's channels or all of them. Where x is z, nothing else may be said to lie there: a
// compiler that has to think of it goes number by number.
#define ACTIVATE(n, from, to, expression)                \
  if (from == to) {                                      \
    float *restrict own = to;                            \
    for (ptrdiff_t i = 0; i < n; i++) {                  \
      const float v = own[i];                            \
      own[i] = expression;                               \
    }                                                    \
  } else {                                               \
    const float *restrict read = from;                   \
    float *restrict written = to;                        \
    for (ptrdiff_t i = 0; i < n; i++) {                  \
      const float v = read[i];                           \
      written[i] = expression;                           \
    }                                                    \
  }

KERNEL(
  nk_activate,
  (const struct nk_activation *f, const float *x, ptrdiff_t pixels, ptrdiff_t channels, float *z),
  (f, x, pixels, channels, z)) {
  const ptrdiff_t count = pixels * channels;
  const float a = f->a, b = f->b;
  switch (f->kind) {
    case nk_relu: ACTIVATE(count, x, z, v > 0 ? v : 0) break;
    case nk_leaky: ACTIVATE(count, x, z, v > 0 ? v : a * v) break;
    case nk_parametric: {
      const float *restrict slopes = f->slopes;
      for (ptrdiff_t p = 0; p < pixels; p++, x += channels, z += channels) {
        ACTIVATE(channels, x, z, v > 0 ? v : slopes[i] * v)
      }
      break;
    }
    case nk_clip:
      ACTIVATE(count, x, z, (v > a ? v : a) < b ? (v > a ? v : a) : b)
      break;
    case nk_sigmoid: ACTIVATE(count, x, z, 1 / (1 + expf(-v))) break;
  }
}

#define COMBINE(expression)                            \
  for (ptrdiff_t i = 0; i < count; i++) {              \
    const float p = a[i * a_step], q = b[i * b_step];  \
    z[i] = expression;                                 \
  }                                                    \
  break;

INLINE void combine(
  enum nk_binary_kind kind, const float *restrict a, const ptrdiff_t a_step, const float *restrict b,
  const ptrdiff_t b_step, float *restrict z, ptrdiff_t count) {
  switch (kind) {
    case nk_add: COMBINE(p + q)
    case nk_subtract: COMBINE(p - q)
    case nk_multiply: COMBINE(p * q)
    case nk_divide: COMBINE(p / q)
    case nk_maximum: COMBINE(p > q ? p : q)
    case nk_minimum: COMBINE(p < q ? p : q)
  }
}

KERNEL(
  nk_binary,
  (enum nk_binary_kind kind, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step, float *z, ptrdiff_t
  count),
  (kind, a, a_step, b, b_step, z, count)) {
  // Steps as constants, so that each combination is a loop of its own.
  if (a_step && b_step) {
    combine(kind, a, 1, b, 1, z, count);
  } else if (a_step) {
    combine(kind, a, 1, b, 0, z, count);
  } else if (b_step) {
    combine(kind, a, 0, b, 1, z, count);
  } else {
    combine(kind, a, 0, b, 0, z, count);
  }
}

KERNEL(nk_accumulate, (const float *restrict x, ptrdiff_t count, float *restrict sum), (x, count, sum)) {
  for (ptrdiff_t i = 0; i < count; i++) sum[i] += x[i];
}

KERNEL(nk_accumulate_squares, (const float *restrict x, ptrdiff_t count, float *restrict sum), (x, count, sum)) {
  for (ptrdiff_t i = 0; i < count; i++) sum[i] += x[i] * x[i];
}

KERNEL(nk_accumulate_maximum, (const float *restrict x, ptrdiff_t count, float *restrict sum), (x, count, sum)) {
  for (ptrdiff_t i = 0; i < count; i++) sum[i] = x[i] > sum[i] ? x[i] : sum[i];
}

KERNEL(
  nk_blend,
  (const float *restrict a, const float *restrict b, float t, float *restrict z, ptrdiff_t count),
  (a, b, t, z, count)) {
  for (ptrdiff_t i = 0; i < count; i++) z[i] = a[i] + t * (b[i] - a[i]);
}
