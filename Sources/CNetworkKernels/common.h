#ifndef CNETWORKKERNELS_COMMON_H
#define CNETWORKKERNELS_COMMON_H

#include "CNetworkKernels.h"

// One body, compiled for each level of the CPU and chosen once at load time. Elsewhere the base level will do:
// NEON is part of it on 64-bit ARM.
#if defined(__x86_64__) && defined(__linux__)
#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KERNEL
#endif

#define INLINE static inline __attribute__((always_inline))

// The part of a window's taps, along one axis, that lies on the map.
struct span {
  ptrdiff_t from, to;
};

INLINE struct span taps_inside(ptrdiff_t first, ptrdiff_t kernel, ptrdiff_t size) {
  struct span s = {first < 0 ? -first : 0, size - first < kernel ? size - first : kernel};
  if (s.to < s.from) s.to = s.from;
  return s;
}

#endif
