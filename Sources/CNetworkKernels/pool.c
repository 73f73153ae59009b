#include <math.h>

#include "common.h"

// Every pooling walks the output pixels and, per pixel, the taps of its window that lie on the map. The
// statement it is given sees the tap's number `tap`, and the offset of its input pixel `in`.
#define FOR_EACH_TAP(body)                                                                       \
  for (ptrdiff_t ky = down.from; ky < down.to; ky++) {                                           \
    for (ptrdiff_t kx = across.from; kx < across.to; kx++) {                                     \
      const ptrdiff_t tap = ky * w->kernel_width + kx;                                           \
      const ptrdiff_t in = ((image * w->in_height + top + ky) * w->in_width + left + kx) * x_pitch; \
      (void)tap;                                                                                 \
      body                                                                                       \
    }                                                                                            \
  }

#define FOR_EACH_PIXEL(body)                                                                     \
  ptrdiff_t pixel = 0;                                                                           \
  for (ptrdiff_t image = 0; image < n; image++) {                                                \
    for (ptrdiff_t oy = 0; oy < w->out_height; oy++) {                                           \
      const ptrdiff_t top = oy * w->stride - w->padding;                                         \
      const struct span down = taps_inside(top, w->kernel_height, w->in_height);                 \
      for (ptrdiff_t ox = 0; ox < w->out_width; ox++, pixel++) {                                 \
        const ptrdiff_t left = ox * w->stride - w->padding;                                      \
        const struct span across = taps_inside(left, w->kernel_width, w->in_width);              \
        body                                                                                     \
      }                                                                                          \
    }                                                                                            \
  }

INLINE void max_pool_choosing(
  const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t x_pitch, float *restrict z,
  ptrdiff_t z_pitch, uint8_t *restrict chosen) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    float *restrict out = z + pixel * z_pitch;
    uint8_t *restrict winner = chosen + pixel * channels;
    for (ptrdiff_t c = 0; c < channels; c++) {
      out[c] = -INFINITY;
      winner[c] = 0;
    }
    FOR_EACH_TAP({
      const float *restrict from = x + in;
      const uint8_t number = (uint8_t)tap;
      for (ptrdiff_t c = 0; c < channels; c++) {
        const int larger = from[c] > out[c];
        out[c] = larger ? from[c] : out[c];
        winner[c] = larger ? number : winner[c];
      }
    })
  })
}

INLINE void max_pool(
  const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t x_pitch, float *restrict z,
  ptrdiff_t z_pitch) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    float *restrict out = z + pixel * z_pitch;
    for (ptrdiff_t c = 0; c < channels; c++) out[c] = -INFINITY;
    FOR_EACH_TAP({
      const float *restrict from = x + in;
      for (ptrdiff_t c = 0; c < channels; c++) out[c] = from[c] > out[c] ? from[c] : out[c];
    })
  })
}

KERNEL void nk_max_pool(
  const struct nk_window *w, ptrdiff_t n, const float *x, ptrdiff_t x_pitch, float *z, ptrdiff_t z_pitch,
  uint8_t *chosen) {
  if (chosen) {
    max_pool_choosing(w, n, x, x_pitch, z, z_pitch, chosen);
  } else {
    max_pool(w, n, x, x_pitch, z, z_pitch);
  }
}

KERNEL void nk_max_pool_gradient(
  const struct nk_window *w, ptrdiff_t n, const float *restrict dz, ptrdiff_t z_pitch, const uint8_t *restrict chosen,
  float *restrict dx, ptrdiff_t x_pitch) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    const float *restrict dout = dz + pixel * z_pitch;
    const uint8_t *restrict winner = chosen + pixel * channels;
    FOR_EACH_TAP({
      float *restrict to = dx + in;
      const uint8_t number = (uint8_t)tap;
      for (ptrdiff_t c = 0; c < channels; c++) to[c] += winner[c] == number ? dout[c] : 0;
    })
  })
}

KERNEL void nk_average_pool(
  const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t x_pitch, float *restrict z,
  ptrdiff_t z_pitch) {
  const ptrdiff_t channels = w->channels;
  const float share = 1.0f / (float)(w->kernel_height * w->kernel_width);
  FOR_EACH_PIXEL({
    float *restrict out = z + pixel * z_pitch;
    for (ptrdiff_t c = 0; c < channels; c++) out[c] = 0;
    FOR_EACH_TAP({
      const float *restrict from = x + in;
      for (ptrdiff_t c = 0; c < channels; c++) out[c] += from[c];
    })
    for (ptrdiff_t c = 0; c < channels; c++) out[c] *= share;
  })
}

KERNEL void nk_average_pool_gradient(
  const struct nk_window *w, ptrdiff_t n, const float *restrict dz, ptrdiff_t z_pitch, float *restrict dx,
  ptrdiff_t x_pitch) {
  const ptrdiff_t channels = w->channels;
  const float share = 1.0f / (float)(w->kernel_height * w->kernel_width);
  FOR_EACH_PIXEL({
    const float *restrict dout = dz + pixel * z_pitch;
    FOR_EACH_TAP({
      float *restrict to = dx + in;
      for (ptrdiff_t c = 0; c < channels; c++) to[c] += share * dout[c];
    })
  })
}

KERNEL void nk_l2_pool(
  const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t x_pitch, float *restrict z,
  ptrdiff_t z_pitch) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    float *restrict out = z + pixel * z_pitch;
    for (ptrdiff_t c = 0; c < channels; c++) out[c] = 0;
    FOR_EACH_TAP({
      const float *restrict from = x + in;
      for (ptrdiff_t c = 0; c < channels; c++) out[c] += from[c] * from[c];
    })
    for (ptrdiff_t c = 0; c < channels; c++) out[c] = sqrtf(out[c]);
  })
}

KERNEL void nk_l2_pool_gradient(
  const struct nk_window *w, ptrdiff_t n, const float *restrict dz, const float *restrict z, ptrdiff_t z_pitch,
  const float *restrict x, float *restrict dx, ptrdiff_t x_pitch) {
  const ptrdiff_t channels = w->channels;
  FOR_EACH_PIXEL({
    const float *restrict dout = dz + pixel * z_pitch;
    const float *restrict out = z + pixel * z_pitch;
    FOR_EACH_TAP({
      const float *restrict from = x + in;
      float *restrict to = dx + in;
      for (ptrdiff_t c = 0; c < channels; c++) to[c] += out[c] > 0 ? from[c] * (dout[c] / out[c]) : 0;
    })
  })
}
