// Quantising rows and laying them out in blocks. Not hot: a row is encoded once, a query once per search.
#include <float.h>
#include <math.h>
#include <string.h>

#include "CVectorKernels.h"

#pragma STDC FP_CONTRACT OFF

float vk_encode(const float *vector, size_t dimension, int8_t *codes, size_t padded) {
  float largest = 0;
  for (size_t i = 0; i < dimension; i++) {
    float magnitude = vector[i] < 0 ? -vector[i] : vector[i];
    largest = magnitude > largest ? magnitude : largest;
  }
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

void vk_store_bytes(uint8_t *block, size_t row, size_t dimension, const int8_t *codes, float scale, uint32_t slot) {
  size_t groups = vk_byte_groups(dimension);
  for (size_t g = 0; g < groups; g++) {
    uint8_t *to = block + 64 * g + 4 * row;
    for (size_t i = 0; i < 4; i++) to[i] = (uint8_t)(codes[4 * g + i] + 128);
  }
  memcpy(block + 64 * groups + 4 * row, &scale, sizeof scale);
  memcpy(block + 64 * groups + 64 + 4 * row, &slot, sizeof slot);
}

float vk_load_bytes(const uint8_t *block, size_t row, size_t dimension, int8_t *codes, uint32_t *slot) {
  size_t groups = vk_byte_groups(dimension);
  for (size_t g = 0; g < groups; g++) {
    const uint8_t *from = block + 64 * g + 4 * row;
    for (size_t i = 0; i < 4; i++) codes[4 * g + i] = (int8_t)(from[i] - 128);
  }
  float scale;
  memcpy(&scale, block + 64 * groups + 4 * row, sizeof scale);
  memcpy(slot, block + 64 * groups + 64 + 4 * row, sizeof *slot);
  return scale;
}

void vk_bit_tables(const float *query, size_t dimension, uint8_t *tables, float *scale, float *bias) {
  size_t groups = 4 * vk_bit_steps(dimension);
  float widest = 0, total = 0;
  for (size_t g = 0; g < groups; g++) {
    const float *q = query + 4 * g;
    float sum = fabsf(q[0]) + fabsf(q[1]) + fabsf(q[2]) + fabsf(q[3]);
    widest = sum > widest ? sum : widest;
    total += sum;
  }
  // The entries of a group span twice the sum of its magnitudes.
  float step = widest > FLT_MIN * 128 ? 2 * widest / VK_TABLE_MAXIMUM : 1;
  float inverse = 1 / step;
  for (size_t g = 0; g < groups; g++) {
    const float *q = query + 4 * g;
    // A sign that agrees with the coordinate's adds twice its magnitude above the least entry.
    float set[4], clear[4];
    for (size_t i = 0; i < 4; i++) {
      float twice = 2 * q[i] * inverse;
      set[i] = twice > 0 ? twice : 0;
      clear[i] = twice > 0 ? 0 : -twice;
    }
    for (size_t n = 0; n < 16; n++) {
      float entry = (n & 1 ? set[0] : clear[0]) + (n & 2 ? set[1] : clear[1]);
      entry += (n & 4 ? set[2] : clear[2]) + (n & 8 ? set[3] : clear[3]);
      int32_t rounded = (int32_t)(entry + 0.5f);
      tables[16 * g + n] = (uint8_t)(rounded > VK_TABLE_MAXIMUM ? VK_TABLE_MAXIMUM : rounded);
    }
  }
  *scale = -step;
  *bias = total;
}

static uint16_t *bit_factor(uint8_t *block, size_t row, size_t dimension) {
  return (uint16_t *)(void *)(block + 64 * vk_bit_steps(dimension)) + row;
}

void vk_store_bits(uint8_t *block, size_t row, size_t dimension, const float *residual, uint32_t slot) {
  size_t groups = 4 * vk_bit_steps(dimension);
  size_t byte = row % 16, shift = row < 16 ? 0 : 4;
  float squares = 0, magnitudes = 0;
  for (size_t g = 0; g < groups; g++) {
    unsigned signs = 0;
    for (size_t i = 0; i < 4 && 4 * g + i < dimension; i++) {
      float x = residual[4 * g + i];
      signs |= (unsigned)(x >= 0) << i;
      squares += x * x;
      magnitudes += fabsf(x);
    }
    uint8_t *to = block + 16 * g + byte;
    *to = (uint8_t)((*to & (0xf0 >> shift)) | (signs << shift));
  }
  float factor = magnitudes > FLT_MIN * 128 ? squares / magnitudes : 0;
  uint32_t bits;
  memcpy(&bits, &factor, sizeof bits);
  bits += 0x7fff + (bits >> 16 & 1);
  memcpy(block + 64 * vk_bit_steps(dimension) + 64 + 4 * row, &slot, sizeof slot);
  __atomic_store_n(bit_factor(block, row, dimension), (uint16_t)(bits >> 16), __ATOMIC_RELEASE);
}

void vk_erase_bits(uint8_t *block, size_t row, size_t dimension) {
  __atomic_store_n(bit_factor(block, row, dimension), (uint16_t)0x7fc0, __ATOMIC_RELEASE);
}

int vk_bits_erased(const uint8_t *blocks, size_t row, size_t dimension) {
  const uint8_t *block = blocks + row / VK_BIT_ROWS * vk_bit_block_bytes(dimension);
  const uint16_t *factors = (const uint16_t *)(const void *)(block + 64 * vk_bit_steps(dimension));
  return factors[row % VK_BIT_ROWS] == 0x7fc0;
}

uint32_t vk_bits_slot(const uint8_t *blocks, size_t row, size_t dimension) {
  const uint8_t *block = blocks + row / VK_BIT_ROWS * vk_bit_block_bytes(dimension);
  return ((const uint32_t *)(const void *)(block + 64 * vk_bit_steps(dimension) + 64))[row % VK_BIT_ROWS];
}
