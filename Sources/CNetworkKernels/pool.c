#include <math.h>

#include "vectors.h"

// Every pooling walks the output pixels, per pixel the channels in blocks of 32, 8 and 1, and per block the taps of the
// window that lie on the map, so that a block's result stays in registers over all taps.
//
// A statement for each tap sees its number `tap`, and the offset of its input pixel `in`; one for each block sees its first
// channel `c`, and the number of the output pixel, `pixel`.

#define FOR_EACH_TAP(body)                                                                          \
  for (ptrdiff_t ky = down.from; ky < down.to; ky++) {                                              \
    for (ptrdiff_t kx = across.from; kx < across.to; kx++) {                                        \
      const ptrdiff_t tap = ky * w->kernel_width + kx;                                              \
      const ptrdiff_t in = ((image * w->in_height + top + ky) * w->in_width + left + kx) * x_pitch; \
      (void)tap;                                                                                    \
      body                                                                                          \
    }                                                                                               \
  }

#define FOR_EACH_BLOCK(block)                                                                    \
  ptrdiff_t pixel = 0;                                                                           \
  for (ptrdiff_t image = 0; image < n; image++) {                                                \
    for (ptrdiff_t oy = 0; oy < w->out_height; oy++) {                                           \
      const ptrdiff_t top = oy * w->stride - w->padding;                                         \
      const struct span down = taps_inside(top, w->kernel_height, w->in_height);                 \
      for (ptrdiff_t ox = 0; ox < w->out_width; ox++, pixel++) {                                 \
        const ptrdiff_t left = ox * w->stride - w->padding;                                      \
        const struct span across = taps_inside(left, w->kernel_width, w->in_width);              \
        FOR_EACH_CHANNEL_BLOCK(w->channels, block)                                               \
      }                                                                                          \
    }                                                                                            \
  }

#define LARGER(width)                                                              \
  const floats##width value = LOAD(width, x + in + c);                             \
  const masks##width larger = value > best;                                        \
  best = (floats##width)((larger & (masks##width)value) | (~larger & (masks##width)best));

#define MAX_BLOCK(width)                              \
  floats##width best = (floats##width){0} - INFINITY; \
  FOR_EACH_TAP({ LARGER(width) })                     \
  STORE(width, z + pixel * z_pitch + c, best);

#define CHOOSING_BLOCK(width)                                                      \
  floats##width best = (floats##width){0} - INFINITY;                              \
  masks##width winner = {0};                                                       \
  FOR_EACH_TAP({                                                                   \
    LARGER(width)                                                                  \
    winner = (larger & (int32_t)tap) | (~larger & winner);                         \
  })                                                                               \
  STORE(width, z + pixel * z_pitch + c, best);                                                     \
  *(bytes##width *)(chosen + pixel * w->channels + c) = __builtin_convertvector(winner, bytes##width);

KERNEL(
  nk_max_pool,
  (const struct nk_window *w, ptrdiff_t n, const float *x, ptrdiff_t x_pitch, float *z, ptrdiff_t z_pitch,
   uint8_t *chosen),
  (w, n, x, x_pitch, z, z_pitch, chosen)) {
  if (chosen) {
    FOR_EACH_BLOCK(CHOOSING_BLOCK)
  } else {
    FOR_EACH_BLOCK(MAX_BLOCK)
  }
}

#define MAX_GRADIENT_BLOCK(width)                                                                   \
  const floats##width share = LOAD(width, dz + pixel * z_pitch + c);                                                \
  const bytes##width winner = *(const bytes##width *)(chosen + pixel * w->channels + c);                                 \
  FOR_EACH_TAP({                                                                                    \
    const masks##width won =                                                                        \
      __builtin_convertvector(winner, masks##width) == (masks##width){0} + (int32_t)(uint8_t)tap;   \
    STORE(width, dx + in + c, LOAD(width, dx + in + c) + KEEP(width, won, share));                  \
  })

KERNEL(
  nk_max_pool_gradient,
  (const struct nk_window *w, ptrdiff_t n, const float *restrict dz, ptrdiff_t z_pitch,
   const uint8_t *restrict chosen, float *restrict dx, ptrdiff_t x_pitch),
  (w, n, dz, z_pitch, chosen, dx, x_pitch)) {
  FOR_EACH_BLOCK(MAX_GRADIENT_BLOCK)
}

#define AVERAGE_BLOCK(width)                                \
  floats##width sum = {0};                                  \
  FOR_EACH_TAP({ sum += LOAD(width, x + in + c); })         \
  STORE(width, z + pixel * z_pitch + c, sum * area_share);

KERNEL(
  nk_average_pool,
  (const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t x_pitch, float *restrict z,
   ptrdiff_t z_pitch),
  (w, n, x, x_pitch, z, z_pitch)) {
  const float area_share = 1.0f / (float)(w->kernel_height * w->kernel_width);
  FOR_EACH_BLOCK(AVERAGE_BLOCK)
}

#define AVERAGE_GRADIENT_BLOCK(width)                                             \
  const floats##width share = area_share * LOAD(width, dz + pixel * z_pitch + c);                 \
  FOR_EACH_TAP({ STORE(width, dx + in + c, LOAD(width, dx + in + c) + share); })

KERNEL(
  nk_average_pool_gradient,
  (const struct nk_window *w, ptrdiff_t n, const float *restrict dz, ptrdiff_t z_pitch, float *restrict dx,
   ptrdiff_t x_pitch),
  (w, n, dz, z_pitch, dx, x_pitch)) {
  const float area_share = 1.0f / (float)(w->kernel_height * w->kernel_width);
  FOR_EACH_BLOCK(AVERAGE_GRADIENT_BLOCK)
}

#define L2_BLOCK(width)                                    \
  floats##width sum = {0};                                 \
  FOR_EACH_TAP({                                           \
    const floats##width value = LOAD(width, x + in + c);   \
    sum += value * value;                                  \
  })                                                       \
  STORE(width, z + pixel * z_pitch + c, __builtin_elementwise_sqrt(sum));

KERNEL(
  nk_l2_pool,
  (const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t x_pitch, float *restrict z,
   ptrdiff_t z_pitch),
  (w, n, x, x_pitch, z, z_pitch)) {
  FOR_EACH_BLOCK(L2_BLOCK)
}

#define L2_GRADIENT_BLOCK(width)                                                                      \
  const floats##width root = LOAD(width, z + pixel * z_pitch + c);                                                    \
  const masks##width some = root > (floats##width){0};                                                \
  const floats##width slope = KEEP(width, some, LOAD(width, dz + pixel * z_pitch + c) / root);                        \
  FOR_EACH_TAP({                                                                                      \
    STORE(width, dx + in + c, LOAD(width, dx + in + c) + LOAD(width, x + in + c) * slope);            \
  })

KERNEL(
  nk_l2_pool_gradient,
  (const struct nk_window *w, ptrdiff_t n, const float *restrict dz, const float *restrict z, ptrdiff_t z_pitch,
   const float *restrict x, float *restrict dx, ptrdiff_t x_pitch),
  (w, n, dz, z, z_pitch, x, dx, x_pitch)) {
  FOR_EACH_BLOCK(L2_GRADIENT_BLOCK)
}
