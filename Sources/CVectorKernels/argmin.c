#include "CVectorKernels.h"

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
