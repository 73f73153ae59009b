// libpng reports a failure by longjmp, which Swift cannot express. This shim keeps every jump inside C and gives back
// a status and the library's own words.
#ifndef FACED_CPNG_H
#define FACED_CPNG_H

#include <stddef.h>
#include <stdint.h>

#define CPNG_MESSAGE_BYTES 256

typedef struct {
  uint32_t width;
  uint32_t height;
  // Channels that decoding writes: 3 (RGB), or 4 (RGBA) when the file has an alpha channel or a transparent colour.
  int channels;
} cpng_layout;

// Reads up to the first picture data; allocates nothing that depends on the picture's size.
// Returns 0, or -1 with a NUL-terminated `message`.
int cpng_read_layout(const uint8_t *bytes, size_t count, cpng_layout *layout, char message[CPNG_MESSAGE_BYTES]);

// Decodes any PNG (palette, grey, 1 to 16 bits, interlaced) to 8 bits a channel. `pixels` has room for exactly
// width * height * channels bytes of the layout that `cpng_read_layout` gave; another layout is an error. `*ends_early`
// becomes 1 where the file stops after its last pixel and before its end mark, else 0.
int cpng_decode(
    const uint8_t *bytes, size_t count, cpng_layout layout, uint8_t *pixels, int *ends_early,
    char message[CPNG_MESSAGE_BYTES]);

// Encodes interleaved RGB, 8 bits a channel. On success the caller owns `*encoded` and gives it back to `cpng_free`.
int cpng_encode_rgb(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **encoded, size_t *encoded_count,
    char message[CPNG_MESSAGE_BYTES]);

void cpng_free(uint8_t *encoded);

#endif
