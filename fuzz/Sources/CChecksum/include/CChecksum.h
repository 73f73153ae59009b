// The checksum of index checkpoints, which is faced's own: with it a changed header gets past the first check.
#pragma once
#include <stddef.h>
#include <stdint.h>

uint64_t vk_checksum(const void *_Nonnull bytes, size_t count);
