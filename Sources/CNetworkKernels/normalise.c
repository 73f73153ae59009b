#include "vectors.h"

// Sums run over four pixels at a time: a quarter of the traffic to the accumulators, and shorter chains of
// rounding.

KERNEL(
  nk_moments,
  (const float *restrict y, ptrdiff_t pixels, ptrdiff_t channels, float *restrict mean, float *restrict squares),
  (y, pixels, channels, mean, squares)) {
  for (ptrdiff_t c = 0; c < channels; c++) mean[c] = squares[c] = 0;
  ptrdiff_t p = 0;
  for (; p + 4 <= pixels; p += 4) {
    const float *a = y + p * channels, *b = a + channels, *d = b + channels, *e = d + channels;
    for (ptrdiff_t c = 0; c < channels; c++) mean[c] += (a[c] + b[c]) + (d[c] + e[c]);
  }
  for (; p < pixels; p++) {
    const float *a = y + p * channels;
    for (ptrdiff_t c = 0; c < channels; c++) mean[c] += a[c];
  }
  const float scale = 1.0f / (float)pixels;
  for (ptrdiff_t c = 0; c < channels; c++) mean[c] *= scale;
  for (p = 0; p + 4 <= pixels; p += 4) {
    const float *a = y + p * channels, *b = a + channels, *d = b + channels, *e = d + channels;
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float m = mean[c], va = a[c] - m, vb = b[c] - m, vd = d[c] - m, ve = e[c] - m;
      squares[c] += (va * va + vb * vb) + (vd * vd + ve * ve);
    }
  }
  for (; p < pixels; p++) {
    const float *a = y + p * channels;
    for (ptrdiff_t c = 0; c < channels; c++) squares[c] += (a[c] - mean[c]) * (a[c] - mean[c]);
  }
}

INLINE float positive(float x) { return x > 0 ? x : 0; }

KERNEL(
  nk_affine,
  (const float *restrict y, ptrdiff_t pixels, ptrdiff_t channels, const float *restrict scale,
   const float *restrict shift, int relu, float *restrict z, ptrdiff_t pitch),
  (y, pixels, channels, scale, shift, relu, z, pitch)) {
  for (ptrdiff_t p = 0; p < pixels; p++, y += channels, z += pitch) {
    if (relu) {
      for (ptrdiff_t c = 0; c < channels; c++) z[c] = positive(scale[c] * y[c] + shift[c]);
    } else {
      for (ptrdiff_t c = 0; c < channels; c++) z[c] = scale[c] * y[c] + shift[c];
    }
  }
}

KERNEL(
  nk_bias,
  (float *restrict z, ptrdiff_t pitch, ptrdiff_t pixels, ptrdiff_t channels, const float *restrict shift,
   int relu),
  (z, pitch, pixels, channels, shift, relu)) {
  for (ptrdiff_t p = 0; p < pixels; p++, z += pitch) {
    if (relu) {
      for (ptrdiff_t c = 0; c < channels; c++) z[c] = positive(z[c] + shift[c]);
    } else {
      for (ptrdiff_t c = 0; c < channels; c++) z[c] += shift[c];
    }
  }
}

// g, whose two forms are told apart outside the inner loop by a constant argument.
INLINE float passed(float dz, float pre, int relu) { return !relu || pre > 0 ? dz : 0; }

INLINE void normalisation_sums(
  const float *restrict dz, ptrdiff_t pitch, const float *restrict y, ptrdiff_t pixels, ptrdiff_t channels,
  const float *restrict scale, const float *restrict shift, const float *restrict mean, const int relu,
  float *restrict sum, float *restrict sum_centred) {
  for (ptrdiff_t c = 0; c < channels; c++) sum[c] = sum_centred[c] = 0;
  ptrdiff_t p = 0;
  for (; p + 2 <= pixels; p += 2) {
    const float *ya = y + p * channels, *yb = ya + channels, *da = dz + p * pitch, *db = da + pitch;
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float ga = passed(da[c], scale[c] * ya[c] + shift[c], relu);
      const float gb = passed(db[c], scale[c] * yb[c] + shift[c], relu);
      sum[c] += ga + gb;
      sum_centred[c] += ga * (ya[c] - mean[c]) + gb * (yb[c] - mean[c]);
    }
  }
  for (; p < pixels; p++) {
    const float *ya = y + p * channels, *da = dz + p * pitch;
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float ga = passed(da[c], scale[c] * ya[c] + shift[c], relu);
      sum[c] += ga;
      sum_centred[c] += ga * (ya[c] - mean[c]);
    }
  }
}

KERNEL(
  nk_normalisation_sums,
  (const float *dz, ptrdiff_t pitch, const float *y, ptrdiff_t pixels, ptrdiff_t channels, const float *scale,
   const float *shift, const float *mean, int relu, float *sum, float *sum_centred),
  (dz, pitch, y, pixels, channels, scale, shift, mean, relu, sum, sum_centred)) {
  if (relu) {
    normalisation_sums(dz, pitch, y, pixels, channels, scale, shift, mean, 1, sum, sum_centred);
  } else {
    normalisation_sums(dz, pitch, y, pixels, channels, scale, shift, mean, 0, sum, sum_centred);
  }
}

// In blocks of channels, whose five coefficients stay in registers over all pixels. `always` has all bits set where
// there is no ReLU.
#define GRADIENT_BLOCK(width)                                                                      \
  const floats##width slope = LOAD(width, scale + c), offset = LOAD(width, shift + c);             \
  const floats##width vp = LOAD(width, p + c), vq = LOAD(width, q + c), vr = LOAD(width, r + c);   \
  const masks##width always = (masks##width){0} - (relu ? 0 : 1);                                  \
  for (ptrdiff_t i = 0; i < pixels; i++) {                                                         \
    const floats##width value = LOAD(width, y + i * channels + c);                                 \
    const masks##width passed = (slope * value + offset > (floats##width){0}) | always;            \
    const floats##width g = KEEP(width, passed, LOAD(width, dz + i * pitch + c));                  \
    STORE(width, dy + i * channels + c, vp * g + (vq * value + vr));                               \
  }

KERNEL(
  nk_normalisation_gradient,
  (const float *restrict dz, ptrdiff_t pitch, const float *restrict y, ptrdiff_t pixels, ptrdiff_t channels,
   const float *restrict scale, const float *restrict shift, const float *restrict p, const float *restrict q,
   const float *restrict r, int relu, float *restrict dy),
  (dz, pitch, y, pixels, channels, scale, shift, p, q, r, relu, dy)) {
  FOR_EACH_CHANNEL_BLOCK(channels, GRADIENT_BLOCK)
}

KERNEL(
  nk_bias_gradient,
  (const float *restrict dz, const float *restrict z, ptrdiff_t pitch, ptrdiff_t pixels, ptrdiff_t channels,
   int relu, float *restrict dy, float *restrict sum),
  (dz, z, pitch, pixels, channels, relu, dy, sum)) {
  for (ptrdiff_t c = 0; c < channels; c++) sum[c] = 0;
  for (ptrdiff_t i = 0; i < pixels; i++, dz += pitch, z += pitch, dy += channels) {
    if (relu) {
      for (ptrdiff_t c = 0; c < channels; c++) sum[c] += dy[c] = passed(dz[c], z[c], 1);
    } else {
      for (ptrdiff_t c = 0; c < channels; c++) sum[c] += dy[c] = dz[c];
    }
  }
}
