// libjpeg reports a failure by calling a function that must not return, which Swift cannot express. This shim keeps
// every setjmp/longjmp inside C and gives back a status and the library's own words.
#ifndef FACED_CJPEG_H
#define FACED_CJPEG_H

#include <stddef.h>
#include <stdint.h>

#define CJPEG_MESSAGE_BYTES 256

typedef struct {
  uint32_t width;   // pixels, as stored (before EXIF orientation)
  uint32_t height;  // pixels
} cjpeg_size;

// Reads the header alone; allocates nothing that depends on the picture's size.
// `*several_scans` becomes 1 where decoding keeps the coefficients of the whole picture, as for progressive files.
// Returns 0, or -1 with a NUL-terminated `message`.
int cjpeg_read_size(
    const uint8_t *bytes, size_t count, cjpeg_size *size, int *several_scans, char message[CJPEG_MESSAGE_BYTES]);

// Decodes to interleaved RGB, 8 bits a channel. Greyscale is widened, CMYK and YCCK are converted without a profile.
// `size` is what `cjpeg_read_size` gave; another size is an error. The picture is made at `eighths` (1, 2, 4 or 8) eighths
// of it, which for fewer than 8 spares most of the work behind the entropy decoding; `pixels` has room for exactly
// width * height * 3 bytes of `cjpeg_scaled`. Missing or corrupt data is an error although libjpeg would go on with grey. `*ends_early` becomes 1 where the
// file stops before its end mark and every pixel was there all the same, else 0.
int cjpeg_decode_rgb(
    const uint8_t *bytes, size_t count, cjpeg_size size, int eighths, uint8_t *pixels, int *ends_early,
    char message[CJPEG_MESSAGE_BYTES]);

// The size of a picture that is decoded at so many eighths: rounded up.
cjpeg_size cjpeg_scaled(cjpeg_size size, int eighths);

typedef struct {
  uint32_t left;  // pixels, as stored
  uint32_t top;
  uint32_t width;   // at least 1, and within the picture
  uint32_t height;  // likewise
} cjpeg_region;

// Decodes a part of a picture as `cjpeg_decode_rgb` would at its full size: rows above are not made, rows below are not
// read. `pixels` has room for exactly width * height * 3 bytes of the region.
int cjpeg_decode_region(
    const uint8_t *bytes, size_t count, cjpeg_size size, cjpeg_region region, uint8_t *pixels,
    char message[CJPEG_MESSAGE_BYTES]);

#define CJPEG_FULL_CHROMA 0  // baseline, 4:4:4
#define CJPEG_HALF_CHROMA 1  // baseline, 4:2:0
#define CJPEG_PROGRESSIVE 2  // progressive, 4:2:0

// Encodes interleaved RGB as a JPEG of one of these layouts. `quality` is 1 to 100.
// On success the caller owns `*encoded` and gives it back to `cjpeg_free`.
int cjpeg_encode_rgb(
    const uint8_t *pixels, cjpeg_size size, int quality, int layout, uint8_t **encoded, size_t *encoded_count,
    char message[CJPEG_MESSAGE_BYTES]);

void cjpeg_free(uint8_t *encoded);

#endif
