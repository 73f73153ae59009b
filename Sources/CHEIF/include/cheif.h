// libheif, which reads HEIC and AVIF, opened when the first such file comes: it brings codecs of many megabytes along, and
// who has no such photographs can do without.
#ifndef FACED_CHEIF_H
#define FACED_CHEIF_H

#include <stddef.h>
#include <stdint.h>

#define CHEIF_MESSAGE_BYTES 256

// No library, or one without the codec: nothing is wrong with the file.
#define CHEIF_MISSING (-2)

typedef struct {
  // Of the picture as it is to be seen: the file's own turns and crops are applied.
  uint32_t width;
  uint32_t height;
  // Channels that decoding writes: 3 (RGB), or 4 (RGBA) when the file has an alpha channel.
  int channels;
} cheif_layout;

// An opened file; it reads `bytes` until it is closed.
typedef struct cheif_file cheif_file;

// Reads the boxes of a file and the size of its main picture, and decodes nothing. Returns 0, or CHEIF_MISSING or -1 with a
// NUL-terminated `message`. `maximum_side` bounds what libheif takes memory for, whatever a stream in the file says.
int cheif_open(
    const uint8_t *bytes, size_t count, int maximum_side, cheif_file **file, cheif_layout *layout,
    char message[CHEIF_MESSAGE_BYTES]);

// Decodes the main picture to 8 bits a channel, on the thread of the caller as far as libheif goes. `pixels` has room for
// exactly width * height * channels bytes of the layout; a picture of another size is an error. Returns as `cheif_open`.
int cheif_decode(cheif_file *file, uint8_t *pixels, char message[CHEIF_MESSAGE_BYTES]);

void cheif_close(cheif_file *file);

#endif
