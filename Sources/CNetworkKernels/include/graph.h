// What networks from elsewhere need beside: windows with everything that ONNX lets them have, depthwise
// convolution, activations and element-wise operations. Included by CNetworkKernels.h, whose words on layout and
// memory hold here too; maps are dense (pitch = channels).
#ifndef CNETWORKKERNELS_GRAPH_H
#define CNETWORKKERNELS_GRAPH_H

// A sliding window; padding at the bottom and on the right follows from the sizes.
struct nk_frame {
  ptrdiff_t in_height, in_width;
  ptrdiff_t out_height, out_width;
  ptrdiff_t kernel_height, kernel_width;
  ptrdiff_t stride_height, stride_width;
  ptrdiff_t top, left;
  ptrdiff_t dilation_height, dilation_width;
  ptrdiff_t channels;
};

// Output rows first_row ..< first_row + rows (counted through all images) of a convolution in which every channel
// has a window of its own. weights: taps × channels; bias: channels. `lanes` as for nk_direct.
void nk_depthwise(
  const struct nk_frame *w, const float *x, ptrdiff_t first_row, ptrdiff_t rows, const float *weights,
  const float *bias, float *z, int relu, ptrdiff_t lanes);

// Any convolution, tap after tap: for what no other kernel takes, and to test those against.
// weights: filters × taps × channels of a group; bias: filters. z: `filters` floats a pixel.
void nk_convolution_plain(
  const struct nk_frame *w, const float *x, ptrdiff_t first_row, ptrdiff_t rows, ptrdiff_t filters, ptrdiff_t groups,
  const float *weights, const float *bias, float *z);

// n images: the maximum of the window's part on the map.
void nk_frame_max_pool(const struct nk_frame *w, ptrdiff_t n, const float *x, float *z);

// n images: the sum of that part, divided by its size or, where counts_padding, by the window's.
void nk_frame_average_pool(const struct nk_frame *w, ptrdiff_t n, const float *x, float *z, int counts_padding);

enum nk_activation_kind { nk_relu, nk_leaky, nk_parametric, nk_clip, nk_sigmoid };

// a, b: the slope below 0 of nk_leaky, the bounds of nk_clip. slopes: one for each channel, of nk_parametric.
struct nk_activation {
  enum nk_activation_kind kind;
  float a, b;
  const float *slopes;
};

// z may be x.
void nk_activate(const struct nk_activation *f, const float *x, ptrdiff_t pixels, ptrdiff_t channels, float *z);

enum nk_binary_kind { nk_add, nk_subtract, nk_multiply, nk_divide, nk_maximum, nk_minimum };

// z[i] = a[i · a_step] ∘ b[i · b_step]; steps are 0 or 1.
void nk_binary(
  enum nk_binary_kind kind, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step, float *z,
  ptrdiff_t count);

// sum[i] += x[i], += x[i]², or the larger of both.
void nk_accumulate(const float *x, ptrdiff_t count, float *sum);
void nk_accumulate_squares(const float *x, ptrdiff_t count, float *sum);
void nk_accumulate_maximum(const float *x, ptrdiff_t count, float *sum);

// z = (1 − t) a + t b
void nk_blend(const float *a, const float *b, float t, float *z, ptrdiff_t count);

#endif
