#include <stdatomic.h>

#include "CNetworkKernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

int nk_runs(int level) {
#if defined(__x86_64__)
  if (level == NK_AVX512) return __builtin_cpu_supports("x86-64-v4") != 0;
  if (level == NK_AVX2) return __builtin_cpu_supports("x86-64-v3") != 0;
#endif
  return level == NK_PLAIN;
}

#if defined(__x86_64__)
// Whether a 512-bit operation takes the time of a 256-bit one: on Intel's processors, and on AMD's from family 1Ah
// (Zen 5) on. Where it takes twice that time, narrow vectors waste fewer lanes.
static int full_width(void) {
  if (__builtin_cpu_is("intel")) return 1;
  unsigned eax, ebx, ecx, edx;
  if (!__builtin_cpu_is("amd") || !__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return 0;
  return (eax >> 8 & 0xF) + (eax >> 20 & 0xFF) >= 0x1A;
}
#endif

static int best_level(void) {
#if defined(__x86_64__)
  if (nk_runs(NK_AVX512) && full_width()) return NK_AVX512;
#endif
  return nk_runs(NK_AVX2) ? NK_AVX2 : NK_PLAIN;
}

// Negative until someone asks.
static _Atomic int level = -1;

int nk_level(void) {
  int known = atomic_load_explicit(&level, memory_order_relaxed);
  if (known < 0) {
    known = best_level();
    atomic_store_explicit(&level, known, memory_order_relaxed);
  }
  return known;
}

void nk_set_level(int new_level) {
  if (nk_runs(new_level)) atomic_store_explicit(&level, new_level, memory_order_relaxed);
}

ptrdiff_t nk_lanes(int level) { return level == NK_AVX512 ? 16 : level == NK_AVX2 ? 8 : 4; }
