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
// `pixels` has room for exactly width * height * 3 bytes of the size that `cjpeg_read_size` gave; another size is an
// error. Missing or corrupt data is an error although libjpeg would go on with grey. `*ends_early` becomes 1 where the
// file stops before its end mark and every pixel was there all the same, else 0.
int cjpeg_decode_rgb(
    const uint8_t *bytes, size_t count, cjpeg_size size, uint8_t *pixels, int *ends_early,
    char message[CJPEG_MESSAGE_BYTES]);

// Encodes interleaved RGB as a baseline JPEG without chroma subsampling (4:4:4). `quality` is 1 to 100.
// On success the caller owns `*encoded` and gives it back to `cjpeg_free`.
int cjpeg_encode_rgb(
    const uint8_t *pixels, cjpeg_size size, int quality, uint8_t **encoded, size_t *encoded_count,
    char message[CJPEG_MESSAGE_BYTES]);

void cjpeg_free(uint8_t *encoded);

#endif
