// The plain level: what every other level must equal, bit for bit.
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

static void score_blocks(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float *out) {
  size_t groups = vk_groups(dimension);
  for (size_t r = 0; r < rows; r += VK_BLOCK_ROWS) {
    const float *scale = (const float *)(const void *)(blocks + 64 * groups);
    int32_t sum[VK_BLOCK_ROWS] = {0};
    for (size_t g = 0; g < groups; g++) {
      for (size_t j = 0; j < VK_BLOCK_ROWS; j++) {
        for (size_t i = 0; i < 4; i++) sum[j] += query[4 * g + i] * (int32_t)blocks[64 * g + 4 * j + i];
      }
    }
    for (size_t j = 0; j < VK_BLOCK_ROWS; j++) out[r + j] = (float)(offset - sum[j]) * scale[j];
    blocks += vk_block_bytes(dimension);
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

const vk_kernels vk_plain = {"plain", squared_l2_rows, squared_l2_gather, score_blocks, select_at_most};
