// XXH64 (Collet's specification, version 0.1.1): a fast 64-bit checksum against damage, not against intent.
#include <string.h>

#include "CVectorKernels.h"

static const uint64_t P1 = 0x9e3779b185ebca87, P2 = 0xc2b2ae3d27d4eb4f, P3 = 0x165667b19e3779f9,
                      P4 = 0x85ebca77c2b2ae63, P5 = 0x27d4eb2f165667c5;

static inline uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

static inline uint64_t read64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static inline uint64_t add_lane(uint64_t sum, uint64_t lane) { return rotate(sum + lane * P2, 31) * P1; }

static inline uint64_t merge(uint64_t hash, uint64_t sum) { return (hash ^ add_lane(0, sum)) * P1 + P4; }

uint64_t vk_checksum(const void *bytes, size_t count) {
  const uint8_t *at = bytes, *end = at + count;
  uint64_t hash = P5;
  if (count >= 32) {
    uint64_t a = P1 + P2, b = P2, c = 0, d = -P1;
    for (; end - at >= 32; at += 32) {
      a = add_lane(a, read64(at));
      b = add_lane(b, read64(at + 8));
      c = add_lane(c, read64(at + 16));
      d = add_lane(d, read64(at + 24));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    hash = merge(merge(merge(merge(hash, a), b), c), d);
  }
  hash += count;
  for (; end - at >= 8; at += 8) hash = rotate(hash ^ add_lane(0, read64(at)), 27) * P1 + P4;
  if (end - at >= 4) {
    uint32_t four;
    memcpy(&four, at, sizeof four);
    hash = rotate(hash ^ four * P1, 23) * P2 + P3;
    at += 4;
  }
  for (; at < end; at++) hash = rotate(hash ^ *at * P5, 11) * P1;
  hash = (hash ^ hash >> 33) * P2;
  hash = (hash ^ hash >> 29) * P3;
  return hash ^ hash >> 32;
}
