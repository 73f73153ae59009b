// AVX2 has no instruction that moves chosen lanes together; a table says for each choice of eight where they come from.
#ifndef VK_AVX2_PACKING_H
#define VK_AVX2_PACKING_H

#include <immintrin.h>
#include <stdint.h>

/// For each choice of eight lanes, a bit each: byte k is the number of the k-th chosen one.
extern uint64_t vk_avx2_packing[256];

/// The permutation that moves the chosen lanes to the front.
__attribute__((always_inline, target("avx2"))) static inline __m256i vk_packed(unsigned chosen) {
  return _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)vk_avx2_packing[chosen]));
}

#endif
