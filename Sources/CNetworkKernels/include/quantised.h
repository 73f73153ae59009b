// Convolutions of bytes. A map's numbers become bytes q, x = step · (q − zero), weights become whole numbers −127 … 127 with a
// factor for each filter, and the sum of products is exact in 32 bits: the same on every processor. Results are floats again.
// Included by CNetworkKernels.h.
#ifndef CNETWORKKERNELS_QUANTISED_H
#define CNETWORKKERNELS_QUANTISED_H

// How products are summed: in a plain loop; in pairs of 16 bits (AVX2's vpmaddwd, which cannot overflow, while its sums of bytes
// can); in fours of bytes (AVX-512 VNNI's vpdpbusd).
enum { NK_DOT_PLAIN = 0, NK_DOT_AVX2 = 1, NK_DOT_VNNI = 2 };

// Whether this processor can run a kind.
int nk_dot_runs(int kind);

// Bytes of an entry of a quantised map: 1 for NK_DOT_VNNI, else 2.
ptrdiff_t nk_dot_entry(int kind);

// Entries that are read together. A map needs so many more behind its last one.
ptrdiff_t nk_dot_group(int kind);

// One image with a border, as entries.
struct nk_quantising {
  ptrdiff_t height, width, channels;
  // Floats from pixel to pixel.
  ptrdiff_t pitch;
  // Rows above and pixels before the map, and the whole copy's rows and pixels of a row.
  ptrdiff_t border;
  ptrdiff_t rows, columns;
  // q = x · factor + offset, rounded and kept within 0 … 255: one of each for all channels, or `channels` of each.
  int each_channel;
  const float *factor, *offset;
  // Of the border.
  uint8_t zero;
};
void nk_quantise(const struct nk_quantising *q, const float *x, void *entries, int kind);

struct nk_quantised {
  // The first image's entries.
  const void *x;
  // Entries from image to image.
  ptrdiff_t image_stride;
  // Output pixels of one image, and for each of them the entries from the image's beginning to its window's.
  ptrdiff_t out_pixels;
  const int32_t *starts;
  // Rows of the window, entries from one to the next, and entries of one: its pixels with their channels.
  ptrdiff_t lines, line_stride, line;
  // From nk_quantised_pack.
  const void *weights;
  ptrdiff_t filters;
  float *z;
  ptrdiff_t z_pitch;
};

// Bytes.
ptrdiff_t nk_quantised_packed_size(ptrdiff_t filters, ptrdiff_t lines, ptrdiff_t line, int kind);

// weights: filters × lines × line. For every filter the sum's start, by which a border of zeros and the map's zero cancel; and with
// v = factor · sum + bias the result is v above 0 and slope · v below: 0 is ReLU, 1 no activation.
void nk_quantised_pack(
  const int8_t *weights, const int32_t *starts, const float *factor, const float *bias, const float *slope,
  ptrdiff_t filters, ptrdiff_t lines, ptrdiff_t line, int kind, void *packed);

// Output pixels from ..< to, counted through all images.
void nk_quantised(const struct nk_quantised *d, ptrdiff_t from, ptrdiff_t to, int kind);

#endif
