#include "CImageKernels.h"

#include <string.h>

// The same bits on every processor.
#pragma clang fp contract(off)

typedef float float4 __attribute__((vector_size(16)));
typedef uint8_t byte4 __attribute__((vector_size(4)));

// Three channels and one byte that does not count.
static inline float4 load(const uint8_t *pixel) {
  byte4 bytes;
  memcpy(&bytes, pixel, 4);
  return __builtin_convertvector(bytes, float4);
}

// The picture's last pixel has no byte behind it.
static inline float4 load_last(const uint8_t *pixel) {
  return (float4){pixel[0], pixel[1], pixel[2], 0};
}

static inline float within(float value, float last) { return value < 0 ? 0 : value > last ? last : value; }

static inline uint8_t byte(float value) { return (uint8_t)within(value, 255); }

void ik_warp_rgb(
    const uint8_t *source, size_t width, size_t height, ik_warp warp, size_t size, uint8_t *target) {
  const size_t samples = (size_t)warp.samples;
  const float last_x = (float)(width - 1), last_y = (float)(height - 1);
  const float share = 1 / (float)(samples * samples);
  const uint8_t *last = source + 3 * (width * height - 1);
  for (size_t y = 0; y < size; y++) {
    for (size_t x = 0; x < size; x++, target += 3) {
      float4 sum = {0, 0, 0, 0};
      for (size_t row = y * samples; row < (y + 1) * samples; row++) {
        for (size_t column = x * samples; column < (x + 1) * samples; column++) {
          const float u = within(warp.start_x + warp.cosine * (float)column - warp.sine * (float)row, last_x);
          const float v = within(warp.start_y + warp.sine * (float)column + warp.cosine * (float)row, last_y);
          const size_t left = (size_t)(int32_t)u, top = (size_t)(int32_t)v;
          const float right = u - (float)left, below = v - (float)top;
          const float kept_x = 1 - right, kept_y = 1 - below;
          const uint8_t *upper_left = source + 3 * (top * width + left);
          const uint8_t *upper_right = upper_left + (left + 1 < width ? 3 : 0);
          const size_t down = top + 1 < height ? 3 * width : 0;
          float4 a, b, c, d;
          if (upper_right + down < last) {
            a = load(upper_left);
            b = load(upper_right);
            c = load(upper_left + down);
            d = load(upper_right + down);
          } else {
            a = load_last(upper_left);
            b = load_last(upper_right);
            c = load_last(upper_left + down);
            d = load_last(upper_right + down);
          }
          const float4 upper = a * kept_x + b * right;
          const float4 lower = c * kept_x + d * right;
          sum += upper * kept_y + lower * below;
        }
      }
      target[0] = byte(sum[0] * share + 0.5f);
      target[1] = byte(sum[1] * share + 0.5f);
      target[2] = byte(sum[2] * share + 0.5f);
    }
  }
}
