// Blocks of 32, 8 and 1 neighbouring channels as vectors. What a processor's registers do not hold at once, the compiler
// cuts up; narrow maps and the ends of wide ones do not fall back to single channels as soon as in a plain loop.
#ifndef CNETWORKKERNELS_VECTORS_H
#define CNETWORKKERNELS_VECTORS_H

#include "common.h"

#define TYPES(width)                                                                \
  typedef float floats##width __attribute__((vector_size(4 * width), aligned(4)));  \
  typedef int32_t masks##width __attribute__((vector_size(4 * width), aligned(4))); \
  typedef uint8_t bytes##width __attribute__((vector_size(width), aligned(1)));

TYPES(32)
TYPES(8)
TYPES(1)

#define LOAD(width, from) (*(const floats##width *)(from))
#define STORE(width, to, value) (*(floats##width *)(to) = (value))
// value where the mask is set, else 0.
#define KEEP(width, mask, value) ((floats##width)((mask) & (masks##width)(value)))

// block(width) for all channels, with the first one of each block in `c`.
#define FOR_EACH_CHANNEL_BLOCK(channels, block)                       \
  {                                                                   \
    ptrdiff_t c = 0;                                                  \
    for (; c + 32 <= (channels); c += 32) { block(32) }               \
    for (; c + 8 <= (channels); c += 8) { block(8) }                  \
    for (; c < (channels); c++) { block(1) }                          \
  }

#endif
