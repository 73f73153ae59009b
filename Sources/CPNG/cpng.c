#include "cpng.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

// An ancillary chunk (text, profile) may not unpack to more than this.
#define MAXIMUM_CHUNK_BYTES (4 << 20)
#define MAXIMUM_CHUNKS 256

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  int has_pixels;  // every row has been read, and its checksum was right
  int ends_early;  // more was asked for than there is
} source;

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} sink;

static void fail(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  snprintf(message, CPNG_MESSAGE_BYTES, "%s", text);
  png_longjmp(png, 1);
}

// libpng warns of odd profiles, dates and text, none of which changes a pixel here.
static void ignore(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->count - from->position) {
    from->ends_early = 1;
    png_error(png, "the file ends early");
  }
  memcpy(target, from->bytes + from->position, count);
  from->position += count;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  sink *to = png_get_io_ptr(png);
  if (count > to->capacity - to->count) {
    size_t capacity = (to->count + count) * 2;
    uint8_t *grown = realloc(to->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    to->bytes = grown;
    to->capacity = capacity;
  }
  memcpy(to->bytes + to->count, bytes, count);
  to->count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

static png_structp open_reader(source *from, png_infop *info, char *message) {
  message[0] = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore);
  if (!png) {
    snprintf(message, CPNG_MESSAGE_BYTES, "out of memory");
    return NULL;
  }
  *info = png_create_info_struct(png);
  if (!*info) {
    snprintf(message, CPNG_MESSAGE_BYTES, "out of memory");
    png_destroy_read_struct(&png, NULL, NULL);
    return NULL;
  }
  png_set_read_fn(png, from, read_bytes);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(png, MAXIMUM_CHUNK_BYTES);
  png_set_chunk_cache_max(png, MAXIMUM_CHUNKS);
  return png;
}

// Reads the header, asks for 8-bit RGB or RGBA, and says which it will be.
static cpng_layout begin(png_structp png, png_infop info) {
  png_read_info(png, info);
  const int colour = png_get_color_type(png, info);
  const int transparent = (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  png_set_expand(png);
  png_set_scale_16(png);
  if (!(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
  cpng_layout layout = {
      png_get_image_width(png, info), png_get_image_height(png, info), transparent ? 4 : 3};
  return layout;
}

int cpng_read_layout(const uint8_t *bytes, size_t count, cpng_layout *layout, char message[CPNG_MESSAGE_BYTES]) {
  source from = {.bytes = bytes, .count = count};
  png_infop info = NULL;
  png_structp png = open_reader(&from, &info, message);
  if (!png) return -1;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return -1;
  }
  *layout = begin(png, info);
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

int cpng_decode(
    const uint8_t *bytes, size_t count, cpng_layout layout, uint8_t *pixels, int *ends_early,
    char message[CPNG_MESSAGE_BYTES]) {
  source *from = calloc(1, sizeof *from);  // on the heap: written after setjmp and read after the jump back
  if (!from) {
    snprintf(message, CPNG_MESSAGE_BYTES, "out of memory");
    return -1;
  }
  from->bytes = bytes;
  from->count = count;
  png_infop info = NULL;
  png_structp png = open_reader(from, &info, message);
  if (!png) {
    free(from);
    return -1;
  }
  if (setjmp(png_jmpbuf(png))) {
    const int is_whole = from->has_pixels && from->ends_early;
    *ends_early = is_whole;
    png_destroy_read_struct(&png, &info, NULL);
    free(from);
    return is_whole ? 0 : -1;
  }
  const cpng_layout seen = begin(png, info);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const size_t stride = (size_t)layout.width * (size_t)layout.channels;
  if (seen.width != layout.width || seen.height != layout.height || seen.channels != layout.channels ||
      png_get_rowbytes(png, info) != stride) {
    png_error(png, "the header changed between two readings");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < layout.height; y++) png_read_row(png, pixels + stride * y, NULL);
  }
  from->has_pixels = 1;
  png_read_end(png, NULL);
  *ends_early = 0;
  png_destroy_read_struct(&png, &info, NULL);
  free(from);
  return 0;
}

int cpng_encode_rgb(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **encoded, size_t *encoded_count,
    char message[CPNG_MESSAGE_BYTES]) {
  message[0] = 0;
  // On the heap: written after setjmp, and a local would be indeterminate after the jump back.
  sink *to = calloc(1, sizeof *to);
  png_structp png = to ? png_create_write_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore) : NULL;
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    snprintf(message, CPNG_MESSAGE_BYTES, "out of memory");
    png_destroy_write_struct(&png, NULL);
    free(to);
    return -1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(to->bytes);
    free(to);
    return -1;
  }
  png_set_write_fn(png, to, write_bytes, flush_bytes);
  png_set_IHDR(
      png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, 4);
  png_write_info(png, info);
  const size_t stride = (size_t)width * 3;
  for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + stride * y);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  *encoded = to->bytes;
  *encoded_count = to->count;
  free(to);
  return 0;
}

void cpng_free(uint8_t *encoded) { free(encoded); }
