// The levels that were compiled for this architecture; whether the processor has them is asked in dispatch.c.
#ifndef VK_LEVELS_H
#define VK_LEVELS_H

#include "CVectorKernels.h"

extern const vk_kernels vk_plain;
#if defined(__x86_64__)
extern const vk_kernels vk_avx2;
extern const vk_kernels vk_avx512;
#elif defined(__aarch64__)
extern const vk_kernels vk_neon;
#endif

#endif
