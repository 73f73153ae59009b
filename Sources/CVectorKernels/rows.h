// How a coordinate of a 15-bit row is read: what every level does in its registers.
#ifndef VK_ROWS_H
#define VK_ROWS_H

#include <string.h>

#include "CVectorKernels.h"

#pragma STDC FP_CONTRACT OFF

/// Bytes of 16 coordinates in the fine part.
#define VK_GROUP 22

/// The lowest three bits of a group's 16 coordinates; above them something else.
static inline uint64_t vk_lowest(const uint8_t *group) {
  // The stretch comes after the last group, so all eight bytes are the row's.
  uint64_t bits;
  memcpy(&bits, group + 16, sizeof bits);
  return bits;
}

static inline float vk_row_stretch(const uint8_t *fine, size_t dimension) {
  float stretch;
  memcpy(&stretch, fine + vk_fine_bytes(dimension) - 4, sizeof stretch);
  return stretch;
}

/// The 15 bits of coordinate i.
static inline uint32_t vk_row_code(const uint8_t *coarse, const uint8_t *fine, size_t dimension, size_t i) {
  const size_t bytes = vk_nibble_bytes(dimension);
  const uint8_t *group = fine + i / 16 * VK_GROUP;
  uint32_t four = i < bytes ? coarse[i] & 15 : coarse[i - bytes] >> 4;
  return four << 11 | (uint32_t)group[i % 16] << 3 | ((uint32_t)(vk_lowest(group) >> 3 * (i % 16)) & 7);
}

static inline float vk_row_value(uint32_t code, float step, float stretch) {
  float y = (float)code - 16383.5f;
  float inner = y > 14336.0f ? 14336.0f : y < -14336.0f ? -14336.0f : y;
  float all = y * (step / 2048.0f), beyond = (y - inner) * stretch;
  return all + beyond;
}

#endif
