// The plain level's distances and selection: what every other level must equal, bit for bit.
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

static float squared_l2(const float *query, const float *row, size_t dimension) {
  float sum[16] = {0};
  size_t whole = dimension / 16 * 16;
  for (size_t i = 0; i < whole; i += 16) {
    for (size_t j = 0; j < 16; j++) {
      float difference = query[i + j] - row[i + j];
      float square = difference * difference;
      sum[j] += square;
    }
  }
  for (size_t i = whole; i < dimension; i++) {
    float difference = query[i] - row[i];
    float square = difference * difference;
    sum[i - whole] += square;
  }
  for (size_t width = 8; width > 0; width /= 2) {
    for (size_t j = 0; j < width; j++) sum[j] += sum[j + width];
  }
  return sum[0];
}

static void squared_l2_rows(const float *query, const float *rows, size_t count, size_t dimension, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, rows + r * dimension, dimension);
}

static void squared_l2_gather(
    const float *query, const float *const *rows, size_t count, size_t dimension, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = squared_l2(query, rows[r], dimension);
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
    "plain", squared_l2_rows, squared_l2_gather, project, vk_plain_scan_bytes, vk_plain_scan_bits,
    vk_plain_nibble_rows, vk_plain_nibble_gather, select_at_most, keep_at_most, bound_for,
};
