#ifndef CNETWORKKERNELS_COMMON_H
#define CNETWORKKERNELS_COMMON_H

#include "CNetworkKernels.h"

#define INLINE static inline __attribute__((always_inline))

// KERNEL(name, (parameters), (arguments)) { body } defines the function `name`: one body, compiled for each level of
// the processor; a call goes to that of nk_level(). Elsewhere than on x86-64 the base level will do: NEON is part of
// it on 64-bit ARM.
#if defined(__x86_64__)
#define KERNEL(name, parameters, arguments)                                                                   \
  INLINE void name##_body parameters;                                                                         \
  static __attribute__((target("arch=x86-64-v4"))) void name##_v4 parameters { name##_body arguments; }       \
  static __attribute__((target("arch=x86-64-v3"))) void name##_v3 parameters { name##_body arguments; }       \
  static void name##_base parameters { name##_body arguments; }                                               \
  void name parameters {                                                                                      \
    switch (nk_level()) {                                                                                     \
      case NK_AVX512: name##_v4 arguments; break;                                                             \
      case NK_AVX2: name##_v3 arguments; break;                                                               \
      default: name##_base arguments; break;                                                                  \
    }                                                                                                         \
  }                                                                                                           \
  INLINE void name##_body parameters
#else
#define KERNEL(name, parameters, arguments) void name parameters
#endif

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
