#include <string.h>

#include "common.h"

KERNEL(
  nk_nchw_to_nhwc,
  (const float *restrict x, ptrdiff_t n, ptrdiff_t channels, ptrdiff_t pixels, float *restrict y),
  (x, n, channels, pixels, y)) {
  for (ptrdiff_t image = 0; image < n; image++) {
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float *plane = x + (image * channels + c) * pixels;
      float *out = y + image * channels * pixels + c;
      for (ptrdiff_t p = 0; p < pixels; p++) out[p * channels] = plane[p];
    }
  }
}

KERNEL(
  nk_from_bytes, (const uint8_t *restrict x, ptrdiff_t count, float factor, float offset, float *restrict y),
  (x, count, factor, offset, y)) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] = (float)x[i] * factor + offset;
}

KERNEL(
  nk_zero,
  (float *restrict x, ptrdiff_t pitch, ptrdiff_t pixels, ptrdiff_t channels),
  (x, pitch, pixels, channels)) {
  if (pitch == channels) {
    memset(x, 0, sizeof(float) * (size_t)(pixels * channels));
    return;
  }
  for (ptrdiff_t p = 0; p < pixels; p++) memset(x + p * pitch, 0, sizeof(float) * (size_t)channels);
}

// Short runs: a call of memcpy costs more than the copy.
INLINE void copy(const float *restrict from, float *restrict to, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) to[i] = from[i];
}

INLINE void add(const float *restrict from, float *restrict to, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) to[i] += from[i];
}

INLINE void clear(float *restrict to, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) to[i] = 0;
}

KERNEL(
  nk_pad, (const struct nk_window *w, ptrdiff_t n, const float *restrict x, ptrdiff_t pitch, float *restrict padded),
  (w, n, x, pitch, padded)) {
  const ptrdiff_t c = w->channels, border = w->padding * c, width = w->in_width * c;
  const ptrdiff_t rows = w->padding * (width + 2 * border);
  for (ptrdiff_t image = 0; image < n; image++) {
    clear(padded, rows);
    padded += rows;
    for (ptrdiff_t y = 0; y < w->in_height; y++) {
      clear(padded, border);
      padded += border;
      if (pitch == c) {
        copy(x, padded, width);
        x += width;
        padded += width;
      } else {
        for (ptrdiff_t p = 0; p < w->in_width; p++, x += pitch, padded += c) copy(x, padded, c);
      }
      clear(padded, border);
      padded += border;
    }
    clear(padded, rows);
    padded += rows;
  }
}

KERNEL(
  nk_gather,
  (const struct nk_window *w, const float *restrict x, ptrdiff_t pitch, ptrdiff_t first_row, ptrdiff_t rows,
   float *restrict columns),
  (w, x, pitch, first_row, rows, columns)) {
  const ptrdiff_t c = w->channels, line = w->kernel_width * c;
  for (ptrdiff_t r = first_row; r < first_row + rows; r++) {
    const float *image = x + (r / w->out_height) * w->in_height * w->in_width * pitch;
    const ptrdiff_t top = (r % w->out_height) * w->stride - w->padding;
    for (ptrdiff_t ox = 0; ox < w->out_width; ox++) {
      const ptrdiff_t left = ox * w->stride - w->padding;
      const struct span across = taps_inside(left, w->kernel_width, w->in_width);
      for (ptrdiff_t ky = 0; ky < w->kernel_height; ky++, columns += line) {
        const ptrdiff_t y = top + ky;
        if (y < 0 || y >= w->in_height) {
          clear(columns, line);
          continue;
        }
        const float *from = image + (y * w->in_width + left + across.from) * pitch;
        if (across.from > 0) clear(columns, across.from * c);
        if (pitch == c) {
          copy(from, columns + across.from * c, (across.to - across.from) * c);
        } else {
          for (ptrdiff_t kx = across.from; kx < across.to; kx++, from += pitch) copy(from, columns + kx * c, c);
        }
        if (across.to < w->kernel_width) clear(columns + across.to * c, (w->kernel_width - across.to) * c);
      }
    }
  }
}

KERNEL(
  nk_scatter_add,
  (const struct nk_window *w, const float *restrict columns, ptrdiff_t first_row, ptrdiff_t rows,
   float *restrict dx, ptrdiff_t pitch),
  (w, columns, first_row, rows, dx, pitch)) {
  const ptrdiff_t c = w->channels, line = w->kernel_width * c;
  for (ptrdiff_t r = first_row; r < first_row + rows; r++) {
    float *image = dx + (r / w->out_height) * w->in_height * w->in_width * pitch;
    const ptrdiff_t top = (r % w->out_height) * w->stride - w->padding;
    for (ptrdiff_t ox = 0; ox < w->out_width; ox++) {
      const ptrdiff_t left = ox * w->stride - w->padding;
      const struct span across = taps_inside(left, w->kernel_width, w->in_width);
      for (ptrdiff_t ky = 0; ky < w->kernel_height; ky++, columns += line) {
        const ptrdiff_t y = top + ky;
        if (y < 0 || y >= w->in_height) continue;
        float *to = image + (y * w->in_width + left + across.from) * pitch;
        if (pitch == c) {
          add(columns + across.from * c, to, (across.to - across.from) * c);
        } else {
          for (ptrdiff_t kx = across.from; kx < across.to; kx++, to += pitch) add(columns + kx * c, to, c);
        }
      }
    }
  }
}

KERNEL(
  nk_add_parts,
  (const float *restrict parts, ptrdiff_t stride, ptrdiff_t n, ptrdiff_t count, float *restrict sum),
  (parts, stride, n, count, sum)) {
  for (ptrdiff_t part = 0; part < n; part++) {
    const float *from = parts + part * stride;
    for (ptrdiff_t i = 0; i < count; i++) sum[i] += from[i];
  }
}
