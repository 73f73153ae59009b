#include <math.h>

#include "common.h"

// window[c] = 1 + (alpha / size) Σ squares over the channels within reach of c.
INLINE void denominators(
  const float *restrict squares, ptrdiff_t channels, ptrdiff_t size, float alpha, float *restrict window) {
  const ptrdiff_t below = size / 2, above = size - below;
  for (ptrdiff_t c = 0; c < channels; c++) window[c] = 0;
  for (ptrdiff_t shift = -below; shift < above; shift++) {
    const ptrdiff_t from = shift < 0 ? -shift : 0, to = shift > 0 ? channels - shift : channels;
    for (ptrdiff_t c = from; c < to; c++) window[c] += squares[c + shift];
  }
  for (ptrdiff_t c = 0; c < channels; c++) window[c] = 1 + alpha / (float)size * window[c];
}

// s^-0.75 by two square roots, which vectorise where powf does not.
INLINE float inverse_power(float s) {
  const float root = sqrtf(s);
  return 1 / (root * sqrtf(root));
}

KERNEL(
  nk_local_response,
  (const float *restrict x, ptrdiff_t x_pitch, ptrdiff_t pixels, ptrdiff_t channels, ptrdiff_t size, float alpha,
   float *restrict z, ptrdiff_t z_pitch, float *restrict scratch),
  (x, x_pitch, pixels, channels, size, alpha, z, z_pitch, scratch)) {
  float *restrict squares = scratch, *restrict s = scratch + channels;
  for (ptrdiff_t p = 0; p < pixels; p++, x += x_pitch, z += z_pitch) {
    for (ptrdiff_t c = 0; c < channels; c++) squares[c] = x[c] * x[c];
    denominators(squares, channels, size, alpha, s);
    for (ptrdiff_t c = 0; c < channels; c++) z[c] = x[c] * inverse_power(s[c]);
  }
}

KERNEL(
  nk_local_response_gradient,
  (const float *restrict dz, ptrdiff_t z_pitch, const float *restrict x, ptrdiff_t x_pitch, ptrdiff_t pixels,
   ptrdiff_t channels, ptrdiff_t size, float alpha, float *restrict dx, float *restrict scratch),
  (dz, z_pitch, x, x_pitch, pixels, channels, size, alpha, dx, scratch)) {
  float *restrict terms = scratch, *restrict s = scratch + channels;
  const ptrdiff_t below = size / 2, above = size - below;
  for (ptrdiff_t p = 0; p < pixels; p++, x += x_pitch, dx += x_pitch, dz += z_pitch) {
    for (ptrdiff_t c = 0; c < channels; c++) terms[c] = x[c] * x[c];
    denominators(terms, channels, size, alpha, s);
    // The channel itself, then what it did to its neighbours' denominators: 2 · 0.75 · alpha / size.
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float power = inverse_power(s[c]);
      dx[c] += dz[c] * power;
      terms[c] = -1.5f * alpha / (float)size * dz[c] * x[c] * power / s[c];
    }
    for (ptrdiff_t shift = -below; shift < above; shift++) {
      const ptrdiff_t from = shift > 0 ? shift : 0, to = shift < 0 ? channels + shift : channels;
      for (ptrdiff_t c = from; c < to; c++) dx[c] += x[c] * terms[c - shift];
    }
  }
}
