// libwebp's decoder behind two calls that give a status and words, as the other shims do.
#ifndef FACED_CWEBP_H
#define FACED_CWEBP_H

#include <stddef.h>
#include <stdint.h>

#define CWEBP_MESSAGE_BYTES 256

typedef struct {
  uint32_t width;
  uint32_t height;
  // Channels that decoding writes: 3 (RGB), or 4 (RGBA) when the file has an alpha channel.
  int channels;
  // 1 for a file of several pictures, which are not decoded here.
  int animated;
} cwebp_layout;

// Reads the header alone. Returns 0, or -1 with a NUL-terminated `message`.
int cwebp_read_layout(const uint8_t *bytes, size_t count, cwebp_layout *layout, char message[CWEBP_MESSAGE_BYTES]);

// Decodes lossy and lossless files to 8 bits a channel. `pixels` has room for exactly width * height * channels bytes of
// the layout that `cwebp_read_layout` gave; another layout is an error.
int cwebp_decode(
    const uint8_t *bytes, size_t count, cwebp_layout layout, uint8_t *pixels, char message[CWEBP_MESSAGE_BYTES]);

#endif
