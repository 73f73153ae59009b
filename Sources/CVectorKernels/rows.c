// Rows of 15 bits a coordinate: written once, read whole by trainings. What searches read of them is in the levels' files.
#include <math.h>

#include "rows.h"

#pragma STDC FP_CONTRACT OFF

static uint32_t code_of(float x, float step, float outer) {
  const float inverse = 2048.0f / step, inner = 7.0f * step;
  float magnitude = x < 0 ? -x : x;
  uint32_t units;
  if (magnitude < inner) {
    float place = magnitude * inverse;
    units = place >= 14336 ? 14335 : (uint32_t)place;
  } else {
    float beyond = (magnitude - inner) / outer;
    units = beyond >= 2047 ? 16383 : 14336 + (uint32_t)beyond;
  }
  return x < 0 ? 16383 - units : 16384 + units;
}

float vk_store_row(uint8_t *coarse, uint8_t *fine, const float *vector, size_t dimension, float step) {
  const size_t bytes = vk_nibble_bytes(dimension), stretch_at = vk_fine_bytes(dimension) - 4;
  float largest = 0;
  for (size_t i = 0; i < dimension; i++) largest = fabsf(vector[i]) > largest ? fabsf(vector[i]) : largest;
  float stretch = largest > 8.0f * step ? (largest - 7.0f * step) / 2048.0f - step / 2048.0f : 0;
  memset(coarse, 0, bytes);
  memset(fine, 0, stretch_at);
  memcpy(fine + stretch_at, &stretch, sizeof stretch);
  double left = 0;
  for (size_t i = 0; i < dimension; i++) {
    uint32_t code = code_of(vector[i], step, step / 2048.0f + stretch), four = code >> 11;
    uint8_t *group = fine + i / 16 * VK_GROUP;
    coarse[i % bytes] |= (uint8_t)(i < bytes ? four : four << 4);
    group[i % 16] = (uint8_t)(code >> 3);
    for (size_t bit = 0; bit < 3; bit++) {
      size_t at = 3 * (i % 16) + bit;
      group[16 + at / 8] |= (uint8_t)((code >> bit & 1) << at % 8);
    }
    double rest = (double)vk_row_value(code, step, stretch) - ((double)four - 7.5) * (double)step;
    left += rest * rest;
  }
  return nextafterf((float)sqrt(left), INFINITY);
}

void vk_unpack_row(const uint8_t *coarse, const uint8_t *fine, size_t dimension, float step, float *out) {
  const float stretch = vk_row_stretch(fine, dimension);
  const size_t bytes = vk_nibble_bytes(dimension), padded = (dimension + 15) / 16 * 16;
  // Group by group, so that the compiler can use whatever vectors the target has.
  for (size_t i = 0; i < padded; i += 16) {
    const uint8_t *four = coarse + (i < bytes ? i : i - bytes), *group = fine + i / 16 * VK_GROUP;
    const uint64_t lowest = vk_lowest(group);
    const int shift = i < bytes ? 0 : 4;
    for (size_t k = 0; k < 16; k++) {
      uint32_t code = (uint32_t)(four[k] >> shift & 15) << 11 | (uint32_t)group[k] << 3;
      code |= (uint32_t)(lowest >> 3 * k) & 7;
      out[i + k] = vk_row_value(code, step, stretch);
    }
  }
  for (size_t i = dimension; i < padded; i++) out[i] = 0;
}
