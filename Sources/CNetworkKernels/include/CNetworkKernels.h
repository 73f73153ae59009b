// The loops of a convolutional network that are not matrix products.
//
// Feature maps are channels-last: pixel p (image, row, column, in this order) has its `channels` values at
// `x + p * pitch`, where pitch >= channels because a map may be a slice of a wider one (a branch of an
// Inception module writes straight into the concatenated map). With channels innermost, every loop runs over
// independent neighbours and the compiler vectorises it without reordering a sum.
//
// No function allocates; none writes outside the ranges that its arguments give.
#ifndef CNETWORKKERNELS_H
#define CNETWORKKERNELS_H

#include <stddef.h>
#include <stdint.h>

// ---- levels of the processor -----------------------------------------------------------------------

// Every function below exists once for each of them. On other processors than x86-64 only the first does.
enum { NK_PLAIN = 0, NK_AVX2 = 1, NK_AVX512 = 2 };

// Whether this processor can run a level.
int nk_runs(int level);

// The level that calls use: the best for this processor unless another was set. Not the widest where wide registers
// do not compute more in the same time.
int nk_level(void);

// Ignored for a level that this processor cannot run.
void nk_set_level(int level);

// Floats of a level's vector registers: 16, 8 or 4.
ptrdiff_t nk_lanes(int level);

// ---- windows ---------------------------------------------------------------------------------------

// A sliding window over a map: of a convolution or of a pooling. Padding is on all four sides.
struct nk_window {
  ptrdiff_t in_height, in_width;
  ptrdiff_t out_height, out_width;
  ptrdiff_t kernel_height, kernel_width;
  ptrdiff_t stride, padding;
  ptrdiff_t channels;
};

// ---- layout ----------------------------------------------------------------------------------------

// n × channels × pixels to n × pixels × channels.
void nk_nchw_to_nhwc(const float *x, ptrdiff_t n, ptrdiff_t channels, ptrdiff_t pixels, float *y);

// count bytes to numbers: y[i] = x[i] · factor + offset.
void nk_from_bytes(const uint8_t *x, ptrdiff_t count, float factor, float offset, float *y);

// n images of the window's input with a border of zeros as wide as its padding, without gaps between pixels.
void nk_pad(const struct nk_window *w, ptrdiff_t n, const float *x, ptrdiff_t pitch, float *padded);

// Sets `pixels` pixels to zero.
void nk_zero(float *x, ptrdiff_t pitch, ptrdiff_t pixels, ptrdiff_t channels);

// Output rows first_row ..< first_row + rows (counted through all images) as a matrix with one line per output
// pixel and kernel_height × kernel_width × channels columns; zeros where the window overhangs.
void nk_gather(
  const struct nk_window *w, const float *x, ptrdiff_t pitch, ptrdiff_t first_row, ptrdiff_t rows, float *columns);

// The adjoint of nk_gather: adds every entry to where it came from.
void nk_scatter_add(
  const struct nk_window *w, const float *columns, ptrdiff_t first_row, ptrdiff_t rows, float *dx, ptrdiff_t pitch);

// ---- batch normalisation, bias and ReLU ------------------------------------------------------------

// Per channel: the mean, and the sum of squared distances from it.
void nk_moments(const float *y, ptrdiff_t pixels, ptrdiff_t channels, float *mean, float *squares);

// z = max(0, scale * y + shift), or without the maximum. y is dense (pitch = channels).
void nk_affine(
  const float *y, ptrdiff_t pixels, ptrdiff_t channels, const float *scale, const float *shift, int relu, float *z,
  ptrdiff_t pitch);

// z = max(0, z + shift) in place, or without the maximum.
void nk_bias(float *z, ptrdiff_t pitch, ptrdiff_t pixels, ptrdiff_t channels, const float *shift, int relu);

// With g = dz where scale * y + shift > 0 (everywhere without ReLU), else 0:
// sum = Σ g and sum_centred = Σ g (y - mean), per channel.
void nk_normalisation_sums(
  const float *dz, ptrdiff_t pitch, const float *y, ptrdiff_t pixels, ptrdiff_t channels, const float *scale,
  const float *shift, const float *mean, int relu, float *sum, float *sum_centred);

// dy = p * g + q * y + r, with g as above.
void nk_normalisation_gradient(
  const float *dz, ptrdiff_t pitch, const float *y, ptrdiff_t pixels, ptrdiff_t channels, const float *scale,
  const float *shift, const float *p, const float *q, const float *r, int relu, float *dy);

// dy = dz where z > 0 (everywhere without ReLU), else 0; sum = Σ dy per channel.
void nk_bias_gradient(
  const float *dz, const float *z, ptrdiff_t pitch, ptrdiff_t pixels, ptrdiff_t channels, int relu, float *dy,
  float *sum);

// ---- pooling: n images -----------------------------------------------------------------------------

// The window's maximum; `chosen` gets the tap that won (row × kernel_width + column; the first of equals);
// it may be null.
void nk_max_pool(
  const struct nk_window *w, ptrdiff_t n, const float *x, ptrdiff_t x_pitch, float *z, ptrdiff_t z_pitch,
  uint8_t *chosen);
void nk_max_pool_gradient(
  const struct nk_window *w, ptrdiff_t n, const float *dz, ptrdiff_t z_pitch, const uint8_t *chosen, float *dx,
  ptrdiff_t x_pitch);

// The window's sum over its full area, padding counted.
void nk_average_pool(
  const struct nk_window *w, ptrdiff_t n, const float *x, ptrdiff_t x_pitch, float *z, ptrdiff_t z_pitch);
void nk_average_pool_gradient(
  const struct nk_window *w, ptrdiff_t n, const float *dz, ptrdiff_t z_pitch, float *dx, ptrdiff_t x_pitch);

// The root of the window's sum of squares; its gradient is taken as 0 where that root is 0.
void nk_l2_pool(
  const struct nk_window *w, ptrdiff_t n, const float *x, ptrdiff_t x_pitch, float *z, ptrdiff_t z_pitch);
void nk_l2_pool_gradient(
  const struct nk_window *w, ptrdiff_t n, const float *dz, const float *z, ptrdiff_t z_pitch, const float *x, float *dx,
  ptrdiff_t x_pitch);

// ---- normalisation across channels -----------------------------------------------------------------

// z = x s^-0.75 with s = 1 + (alpha / size) Σ x² over the `size` channels about each one.
// scratch: 3 × channels floats.
void nk_local_response(
  const float *x, ptrdiff_t x_pitch, ptrdiff_t pixels, ptrdiff_t channels, ptrdiff_t size, float alpha, float *z,
  ptrdiff_t z_pitch, float *scratch);
// Adds to dx.
void nk_local_response_gradient(
  const float *dz, ptrdiff_t z_pitch, const float *x, ptrdiff_t x_pitch, ptrdiff_t pixels, ptrdiff_t channels,
  ptrdiff_t size, float alpha, float *dx, float *scratch);

// ---- direct convolution ------------------------------------------------------------------------------

// A convolution without a gathered matrix: for every output pixel a table says where the pixels under its window
// begin. Weights are packed once.
struct nk_direct {
  const float *x;
  // Floats from image to image.
  ptrdiff_t image_stride;
  // Output pixels of one image, and pixels under a window.
  ptrdiff_t out_pixels, taps;
  // out_pixels × taps: floats from the image's beginning to that pixel's channels; negative where the window
  // overhangs.
  const int32_t *offsets;
  // `channels` zeros.
  const float *zeros;
  ptrdiff_t channels;
  // From nk_direct_pack.
  const float *weights;
  ptrdiff_t filters;
  float *z;
  ptrdiff_t z_pitch;
  int relu;
  // Add to z instead of setting it.
  int add;
};

// The functions of this section and the next take the kernel to use as the lanes of its registers, because packed
// weights belong to one width.

ptrdiff_t nk_direct_packed_count(ptrdiff_t filters, ptrdiff_t area, ptrdiff_t lanes);

// The weight of a filter, tap and channel is at the sum of each times its stride; bias may be null.
void nk_direct_pack(
  const float *weights, ptrdiff_t filter_stride, ptrdiff_t tap_stride, ptrdiff_t channel_stride, const float *bias,
  ptrdiff_t filters, ptrdiff_t taps, ptrdiff_t channels, ptrdiff_t lanes, float *packed);

// Output pixels from ..< to, counted through all images: z = bias + Σ weight · x, and ReLU if asked for,
// before z is added to.
void nk_direct(const struct nk_direct *d, ptrdiff_t from, ptrdiff_t to, ptrdiff_t lanes);

// ---- a convolution's weight gradient -----------------------------------------------------------------

// A pixel of the input under one tap, and the output pixel that it goes into, as floats from their images'
// beginnings.
struct nk_pixel_pair {
  int32_t x, dy;
};

// gradient[filter][tap][channel] += Σ dy[output pixel][filter] · x[pixel under the tap][channel].
struct nk_weight_gradient {
  const float *x;
  // Floats from image to image, here and in dy.
  ptrdiff_t x_image;
  const float *dy;
  ptrdiff_t dy_image;
  ptrdiff_t images;
  // Images that are summed before the gradient is added to: enough of them for the sum to be worth it.
  ptrdiff_t images_together;
  // The pairs of each tap that lie on the map, tap after tap, in `chunks` chunks whose pixels the first-level cache
  // holds; starts has taps × chunks + 1 entries.
  const struct nk_pixel_pair *pairs;
  const int32_t *starts;
  ptrdiff_t chunks;
  // Taps of the window, and of one of its rows.
  ptrdiff_t taps, row_taps;
  ptrdiff_t channels, filters;
  float *gradient;
};

// Into how many units the sum falls, which may run side by side and in any order.
ptrdiff_t nk_weight_units(const struct nk_weight_gradient *g, ptrdiff_t lanes);
void nk_weight_gradient(const struct nk_weight_gradient *g, ptrdiff_t unit, ptrdiff_t lanes);

// ---- optimizers: `count` weights w with gradients g --------------------------------------------------

// `decay` times the weight is added to the gradient.
void nk_adagrad(float *w, const float *g, float *sum, ptrdiff_t count, float rate, float epsilon, float decay);

struct nk_adam_numbers {
  float beta1, beta2, epsilon;
  // Of Adam's decay, added to the gradient times the weight; 0 for AdamW.
  float decay;
  // Of AdamW's decay 1 − rate × decay, 1 for Adam; and the rate over the first moment's bias, and one over the root of the second's.
  float keep, rate, inverse_root;
};
void nk_adam(float *w, const float *g, float *m, float *v, ptrdiff_t count, struct nk_adam_numbers numbers);

void nk_sgd_momentum(
  float *w, const float *g, float *v, ptrdiff_t count, float rate, float momentum, float decay);

// ---- threads ---------------------------------------------------------------------------------------

typedef void nk_work(void *context, ptrdiff_t item, ptrdiff_t thread);

// Calls work once for every item of 0 ..< count on up to `threads` threads, numbered from 0, which is the caller's; the
// process has one team, made as needed and kept. Returns 1 when all is done, or 0 without a call when the team is
// taken: by another thread, or by a run that this call is part of.
int nk_team_run(ptrdiff_t threads, ptrdiff_t count, nk_work *work, void *context);

// ---- sums ------------------------------------------------------------------------------------------

// sum += parts[0] + parts[1] + …, each `count` long and `stride` apart, in this order.
void nk_add_parts(const float *parts, ptrdiff_t stride, ptrdiff_t n, ptrdiff_t count, float *sum);

#include "graph.h"
#include "quantised.h"

#endif
