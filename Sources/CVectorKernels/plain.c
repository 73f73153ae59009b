// The plain level's distances and selection: what every other level must equal, bit for bit.
#include "levels.h"
#include "rows.h"

#pragma STDC FP_CONTRACT OFF

static float fold(float sum[16]) {
  for (size_t width = 8; width > 0; width /= 2) {
    for (size_t j = 0; j < width; j++) sum[j] += sum[j + width];
  }
  return sum[0];
}

static float squared_l2(const float *query, const uint8_t *coarse, const uint8_t *fine, size_t dimension, float step) {
  float sum[16] = {0}, stretch = vk_row_stretch(fine, dimension);
  for (size_t i = 0; i < dimension; i++) {
    float difference = query[i] - vk_row_value(vk_row_code(coarse, fine, dimension, i), step, stretch);
    float square = difference * difference;
    sum[i % 16] += square;
  }
  return fold(sum);
}

static void squared_l2_gather(
    const float *query, const uint8_t *const *coarse, const uint8_t *const *fine, size_t count, size_t dimension,
    float step, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, coarse[r], fine[r], dimension, step);
}

static void inner_gather(
    const float *query, const float *rows, const int32_t *places, size_t count, size_t width, float *out) {
  for (size_t r = 0; r < count; r++) {
    const float *row = rows + (size_t)places[r] * width;
    float sum[16] = {0};
    for (size_t i = 0; i < width; i++) {
      float product = query[i] * row[i];
      sum[i % 16] += product;
    }
    out[r] = fold(sum);
  }
}

static void project(const float *vector, size_t rows, const float *matrix, size_t columns, float *out) {
  for (size_t j = 0; j < columns; j++) out[j] = 0;
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      float product = vector[i] * matrix[i * columns + j];
      out[j] += product;
    }
  }
}

static size_t select_at_most(const float *values, size_t count, float bound, uint32_t *positions) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    positions[found] = (uint32_t)i;
    found += values[i] <= bound;
  }
  return found;
}

static size_t keep_at_most(float *values, uint32_t *tags, size_t count, float bound) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    float value = values[i];
    values[kept] = value;
    tags[kept] = tags[i];
    kept += value <= bound;
  }
  return kept;
}

static size_t count_at_most(const float *values, size_t count, float bound) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) found += values[i] <= bound;
  return found;
}

static float bound_for(const float *values, size_t count, size_t wanted) {
  float least = values[0], greatest = values[0];
  for (size_t i = 1; i < count; i++) {
    least = values[i] < least ? values[i] : least;
    greatest = values[i] > greatest ? values[i] : greatest;
  }
#define COUNT(bound) count_at_most(values, count, bound)
  VK_BOUND_FOR(least, greatest, COUNT)
#undef COUNT
}

const vk_kernels vk_plain = {
    "plain", squared_l2_gather, inner_gather, project, vk_plain_scan_bytes, vk_plain_scan_bits,
    vk_plain_nibble_rows, vk_plain_nibble_gather, select_at_most, keep_at_most, bound_for,
};
