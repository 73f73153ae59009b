// The plain level's scans of codes.
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

size_t vk_plain_scan_bytes(
    const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float bound,
    float *scores, uint32_t *slots) {
  size_t groups = vk_byte_groups(dimension), bytes = vk_byte_block_bytes(dimension), found = 0;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *block = blocks + r / VK_BYTE_ROWS * bytes;
    size_t place = r % VK_BYTE_ROWS;
    int32_t sum = 0;
    for (size_t g = 0; g < groups; g++) {
      for (size_t i = 0; i < 4; i++) sum += query[4 * g + i] * (int32_t)block[64 * g + 4 * place + i];
    }
    const float *scales = (const float *)(const void *)(block + 64 * groups);
    const uint32_t *numbers = (const uint32_t *)(const void *)(block + 64 * groups + 64);
    float score = (float)(offset - sum) * scales[place];
    scores[found] = score;
    slots[found] = numbers[place];
    found += score <= bound;
  }
  return found;
}

size_t vk_plain_scan_bits(
    const uint8_t *tables, float scale, float bias, const uint8_t *blocks, size_t rows, size_t dimension, float base,
    float bound, float *scores, uint32_t *slots) {
  size_t steps = vk_bit_steps(dimension), bytes = vk_bit_block_bytes(dimension), found = 0;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *block = blocks + r / VK_BIT_ROWS * bytes;
    size_t place = r % VK_BIT_ROWS, byte = place % 16;
    uint32_t sum = 0;
    for (size_t g = 0; g < 4 * steps; g++) {
      uint8_t both = block[16 * g + byte];
      sum += tables[16 * g + (place < 16 ? both & 15 : both >> 4)];
    }
    const uint16_t *factors = (const uint16_t *)(const void *)(block + 64 * steps);
    const uint32_t *numbers = (const uint32_t *)(const void *)(block + 64 * steps + 64);
    uint32_t bits = (uint32_t)factors[place] << 16;
    float factor;
    memcpy(&factor, &bits, sizeof factor);
    float inner = (float)sum * scale;
    inner = inner + bias;
    inner = inner * factor;
    float score = base + inner;
    scores[found] = score;
    slots[found] = numbers[place];
    found += score <= bound;
  }
  return found;
}

static float nibble_score(const int8_t *query, const uint8_t *row, size_t bytes) {
  int32_t sum = 0;
  for (size_t j = 0; j < bytes; j++) sum += query[j] * (row[j] & 15) + query[bytes + j] * (row[j] >> 4);
  return (float)-sum;
}

void vk_plain_nibble_rows(const int8_t *query, const uint8_t *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension);
  for (size_t r = 0; r < count; r++) out[r] = nibble_score(query, rows + r * bytes, bytes);
}

void vk_plain_nibble_gather(
    const int8_t *query, const uint8_t *const *rows, size_t count, size_t dimension, float *out) {
  size_t bytes = vk_nibble_bytes(dimension);
  for (size_t r = 0; r < count; r++) out[r] = nibble_score(query, rows[r], bytes);
}
