// Quantising rows and laying them out in blocks. Not hot: a row is encoded once, a query once per search.
#include <float.h>
#include <string.h>

#include "CVectorKernels.h"

float vk_encode(const float *vector, size_t dimension, int8_t *codes) {
  float largest = 0;
  for (size_t i = 0; i < dimension; i++) {
    float magnitude = vector[i] < 0 ? -vector[i] : vector[i];
    if (magnitude > largest) largest = magnitude;
  }
  size_t padded = 4 * vk_groups(dimension);
  // Below the smallest normal number the inverse would overflow; such a vector is as good as zero.
  if (largest < FLT_MIN * 128) {
    memset(codes, 0, padded);
    return 0;
  }
  float inverse = 127.0f / largest;
  for (size_t i = 0; i < dimension; i++) {
    float scaled = vector[i] * inverse;
    codes[i] = (int8_t)(int32_t)(scaled + (scaled < 0 ? -0.5f : 0.5f));
  }
  for (size_t i = dimension; i < padded; i++) codes[i] = 0;
  return largest / 127.0f;
}

void vk_store_row(uint8_t *block, size_t row, size_t dimension, const int8_t *codes, float scale, uint32_t slot) {
  size_t groups = vk_groups(dimension);
  for (size_t g = 0; g < groups; g++) {
    uint8_t *to = block + 64 * g + 4 * row;
    for (size_t i = 0; i < 4; i++) to[i] = (uint8_t)(codes[4 * g + i] + 128);
  }
  memcpy(block + 64 * groups + 4 * row, &scale, sizeof scale);
  memcpy(block + 64 * groups + 64 + 4 * row, &slot, sizeof slot);
}

size_t vk_argmin(const float *values, size_t count) {
  // Sixteen running minima, so that the compiler can use whatever vectors the target has.
  enum { lanes = 16 };
  size_t whole = count / lanes * lanes, best = 0;
  if (whole > 0) {
    float lowest[lanes];
    uint32_t at[lanes];
    for (uint32_t j = 0; j < lanes; j++) lowest[j] = values[j], at[j] = j;
    for (size_t i = lanes; i < whole; i += lanes) {
      for (uint32_t j = 0; j < lanes; j++) {
        float value = values[i + j];
        at[j] = value < lowest[j] ? (uint32_t)i + j : at[j];
        lowest[j] = value < lowest[j] ? value : lowest[j];
      }
    }
    best = at[0];
    for (size_t j = 1; j < lanes; j++) {
      float value = lowest[j];
      if (value < values[best] || (value == values[best] && at[j] < best)) best = at[j];
    }
  }
  for (size_t i = whole; i < count; i++) {
    if (values[i] < values[best]) best = i;
  }
  return best;
}
