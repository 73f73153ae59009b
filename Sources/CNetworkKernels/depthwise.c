#include "common.h"

#define LANES 4
#define NAME(x) x##_base
#define TARGET
#include "depthwise_template.h"
#undef LANES
#undef NAME
#undef TARGET

#if defined(__x86_64__)

#define LANES 8
#define NAME(x) x##_v3
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "depthwise_template.h"
#undef LANES
#undef NAME
#undef TARGET

#define LANES 16
#define NAME(x) x##_v4
#define TARGET __attribute__((target("arch=x86-64-v4")))
#include "depthwise_template.h"
#undef LANES
#undef NAME
#undef TARGET

#endif

// The part of a window's taps, along one axis and `dilation` apart, that lies on the map.
INLINE struct span taps_on_map(ptrdiff_t first, ptrdiff_t kernel, ptrdiff_t dilation, ptrdiff_t size) {
  struct span s = {first < 0 ? (-first + dilation - 1) / dilation : 0, kernel};
  if (first + (kernel - 1) * dilation >= size) s.to = size > first ? (size - first + dilation - 1) / dilation : 0;
  if (s.from > kernel) s.from = kernel;
  if (s.to < s.from) s.to = s.from;
  return s;
}

// The channels that are left over when vectors are done.
INLINE void columns_scalar(
  const struct nk_frame *w, const float *from, ptrdiff_t line, struct span down, struct span across,
  const float *weights, const float *bias, float *z, ptrdiff_t pixels, int relu, ptrdiff_t c) {
  for (; c < w->channels; c++) {
    for (ptrdiff_t i = 0; i < pixels; i++) {
      float sum = bias[c];
      for (ptrdiff_t ky = down.from; ky < down.to; ky++) {
        for (ptrdiff_t kx = across.from; kx < across.to; kx++) {
          sum += weights[(ky * w->kernel_width + kx) * w->channels + c]
            * from[ky * line + (kx * w->dilation_width + i * w->stride_width) * w->channels + c];
        }
      }
      z[i * w->channels + c] = relu && sum < 0 ? 0 : sum;
    }
  }
}

// A body for one instruction set: blocks of four pixels where every tap of the columns lies on the map, single
// pixels at the sides. WIDE names the widest vectors' functions; narrower ones take what those leave.
#define DEPTHWISE(suffix, target, VECTORS)                                                                      \
  target static void depthwise##suffix(                                                                         \
    const struct nk_frame *w, const float *x, ptrdiff_t first_row, ptrdiff_t rows, const float *weights,        \
    const float *bias, float *z, int relu) {                                                                    \
    const ptrdiff_t channels = w->channels;                                                                     \
    const ptrdiff_t line = w->in_width * channels * w->dilation_height;                                         \
    for (ptrdiff_t row = first_row; row < first_row + rows; row++) {                                            \
      const ptrdiff_t top = row % w->out_height * w->stride_height - w->top;                                    \
      const struct span down = taps_on_map(top, w->kernel_height, w->dilation_height, w->in_height);            \
      const float *start = x + (row / w->out_height * w->in_height + top) * w->in_width * channels;             \
      float *out = z + row * w->out_width * channels;                                                           \
      for (ptrdiff_t column = 0; column < w->out_width;) {                                                      \
        const ptrdiff_t left = column * w->stride_width - w->left;                                              \
        const struct span across = taps_on_map(left, w->kernel_width, w->dilation_width, w->in_width);          \
        const ptrdiff_t last = left + 3 * w->stride_width + (w->kernel_width - 1) * w->dilation_width;          \
        const float *from = start + left * channels;                                                            \
        if (column + 4 <= w->out_width && left >= 0 && last < w->in_width) {                                    \
          ptrdiff_t c = 0;                                                                                      \
          VECTORS(4)                                                                                            \
          columns_scalar(w, from, line, down, across, weights, bias, out, 4, relu, c);                          \
          column += 4;                                                                                          \
          out += 4 * channels;                                                                                  \
        } else {                                                                                                \
          ptrdiff_t c = 0;                                                                                      \
          VECTORS(1)                                                                                            \
          columns_scalar(w, from, line, down, across, weights, bias, out, 1, relu, c);                          \
          column += 1;                                                                                          \
          out += channels;                                                                                      \
        }                                                                                                       \
      }                                                                                                         \
    }                                                                                                           \
  }

#define TAKE(suffix, pixels) \
  c = columns##suffix(w, from, line, down, across, weights, bias, out, pixels, relu, c);

#define VECTORS_BASE(pixels) TAKE(_base, pixels)
DEPTHWISE(_base, , VECTORS_BASE)

#if defined(__x86_64__)
#define VECTORS_V3(pixels) TAKE(_v3, pixels) TAKE(_base, pixels)
DEPTHWISE(_v3, __attribute__((target("arch=x86-64-v3"))), VECTORS_V3)
#define VECTORS_V4(pixels) TAKE(_v4, pixels) TAKE(_v3, pixels) TAKE(_base, pixels)
DEPTHWISE(_v4, __attribute__((target("arch=x86-64-v4"))), VECTORS_V4)
#endif

void nk_depthwise(
  const struct nk_frame *w, const float *x, ptrdiff_t first_row, ptrdiff_t rows, const float *weights,
  const float *bias, float *z, int relu, ptrdiff_t lanes) {
  switch (lanes) {
#if defined(__x86_64__)
    case 16: depthwise_v4(w, x, first_row, rows, weights, bias, z, relu); break;
    case 8: depthwise_v3(w, x, first_row, rows, weights, bias, z, relu); break;
#endif
    default: depthwise_base(w, x, first_row, rows, weights, bias, z, relu); break;
  }
}
