// What pictures are resampled with, where Swift's loops cost several times as much.
#ifndef FACED_CIMAGEKERNELS_H
#define FACED_CIMAGEKERNELS_H

#include <stddef.h>
#include <stdint.h>

// A similarity warp of interleaved RGB, 8 bits a channel.
typedef struct {
  // Of the first sample of the first pixel, pixel centres of the source being whole numbers.
  float start_x, start_y;
  // From one sample to the next along a row of the result, in source pixels.
  float cosine, sine;
  // Samples of a pixel of the result along each axis.
  int32_t samples;
} ik_warp;

// Pixel (i, j) of the result, which is `size` × `size`, is the mean of `samples` × `samples` bilinear samples; outside the
// source, which has at least one pixel, its edge is repeated.
void ik_warp_rgb(
    const uint8_t *source, size_t width, size_t height, ik_warp warp, size_t size, uint8_t *target);

#endif
