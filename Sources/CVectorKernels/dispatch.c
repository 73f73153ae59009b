#include <string.h>

#include "levels.h"

#if defined(__x86_64__)
static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }

// The level needs VNNI for the 8-bit products; AVX-512 without it gains nothing over AVX2 here.
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
      && __builtin_cpu_supports("avx512vnni");
}
#endif

const vk_kernels *vk_level(const char *name) {
  if (strcmp(name, "plain") == 0) return &vk_plain;
#if defined(__x86_64__)
  if (strcmp(name, "avx2") == 0 && has_avx2()) return &vk_avx2;
  if (strcmp(name, "avx512") == 0 && has_avx512()) return &vk_avx512;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return &vk_neon;
#endif
  return NULL;
}

const vk_kernels *vk_best(void) {
#if defined(__x86_64__)
  if (has_avx512()) return &vk_avx512;
  if (has_avx2()) return &vk_avx2;
#elif defined(__aarch64__)
  return &vk_neon;
#endif
  return &vk_plain;
}
