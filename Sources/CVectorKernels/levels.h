// The levels that were compiled for this architecture; whether the processor has them is asked in dispatch.c.
#ifndef VK_LEVELS_H
#define VK_LEVELS_H

#include <string.h>

#include "CVectorKernels.h"

extern const vk_kernels vk_plain;
#if defined(__x86_64__)
extern const vk_kernels vk_avx2;
extern const vk_kernels vk_avx512;
#elif defined(__aarch64__)
extern const vk_kernels vk_neon;
#endif

// The kernels of a level stand in two files: distances and selection, and scans of codes.
#define VK_DECLARE_SCANS(level)                                                                                   \
  size_t vk_##level##_scan_bytes(                                                                                 \
      const int8_t *query, int32_t offset, const uint8_t *blocks, size_t rows, size_t dimension, float bound,     \
      float *scores, uint32_t *slots);                                                                            \
  size_t vk_##level##_scan_bits(                                                                                  \
      const uint8_t *tables, float scale, float bias, const uint8_t *blocks, size_t rows, size_t dimension,       \
      float base, float bound, float *scores, uint32_t *slots);                                                   \
  void vk_##level##_nibble_rows(                                                                                  \
      const int8_t *query, const uint8_t *rows, size_t count, size_t dimension, float *out);                      \
  void vk_##level##_nibble_gather(                                                                                \
      const int8_t *query, const uint8_t *const *rows, size_t count, size_t dimension, float *out);

VK_DECLARE_SCANS(plain)
VK_DECLARE_SCANS(avx2)
VK_DECLARE_SCANS(avx512)
VK_DECLARE_SCANS(neon)

/// So many rows ahead of the one that is summed the memory is asked for.
#define VK_AHEAD 6

/// Asks for a row of floats.
static inline void vk_prefetch_floats(const float *row, size_t count) {
  for (size_t i = 0; i < count; i += 16) __builtin_prefetch(row + i);
}

/// A float's bits as an integer of the same order, and back.
static inline int32_t vk_order(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

static inline float vk_unorder(int32_t order) {
  int32_t bits = order ^ ((order >> 31) & 0x7fffffff);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The body of `bound_for` around a level's way of counting: bisection over the floats between the least and the
/// greatest value. Which bound comes out depends on the counts alone, so it is the same on every level.
#define VK_BOUND_FOR(least, greatest, count_at_most)                                                              \
  int32_t low = vk_order(least), high = vk_order(greatest);                                                       \
  while (low < high) {                                                                                            \
    int32_t middle = (int32_t)(((int64_t)low + high) >> 1);                                                       \
    size_t found = count_at_most(vk_unorder(middle));                                                             \
    if (found == wanted) return vk_unorder(middle);                                                               \
    if (found < wanted) {                                                                                         \
      low = middle + 1;                                                                                           \
    } else {                                                                                                      \
      high = middle;                                                                                              \
    }                                                                                                             \
  }                                                                                                               \
  return vk_unorder(high);

#endif
