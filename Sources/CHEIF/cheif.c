#include "cheif.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

// What is used of the library, with the types of its own header.
#define FUNCTIONS(take)                              \
  take(heif_context_alloc)                           \
  take(heif_context_free)                            \
  take(heif_context_set_maximum_image_size_limit)    \
  take(heif_context_set_max_decoding_threads)        \
  take(heif_context_read_from_memory_without_copy)   \
  take(heif_context_get_primary_image_handle)        \
  take(heif_image_handle_release)                    \
  take(heif_image_handle_get_width)                  \
  take(heif_image_handle_get_height)                 \
  take(heif_image_handle_has_alpha_channel)          \
  take(heif_decoding_options_alloc)                  \
  take(heif_decoding_options_free)                   \
  take(heif_decode_image)                            \
  take(heif_image_get_width)                         \
  take(heif_image_get_height)                        \
  take(heif_image_get_plane_readonly)                \
  take(heif_image_release)

static struct {
#define FIELD(name) __typeof__(&name) name;
  FUNCTIONS(FIELD)
#undef FIELD
} lib;

static int is_there;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
  void *handle = dlopen("libheif.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  is_there = 1;
#define LOAD(name) \
  if (!(lib.name = (__typeof__(&name))dlsym(handle, #name))) is_there = 0;
  FUNCTIONS(LOAD)
#undef LOAD
}

struct cheif_file {
  struct heif_context *context;
  struct heif_image_handle *image;
  cheif_layout layout;
};

static int fail(struct heif_error error, char *message) {
  snprintf(message, CHEIF_MESSAGE_BYTES, "%s", error.message ? error.message : "libheif refuses it");
  return error.subcode == heif_suberror_Unsupported_codec ? CHEIF_MISSING : -1;
}

static int failed(const char *text, char *message) {
  snprintf(message, CHEIF_MESSAGE_BYTES, "%s", text);
  return -1;
}

int cheif_open(
    const uint8_t *bytes, size_t count, int maximum_side, cheif_file **file, cheif_layout *layout,
    char message[CHEIF_MESSAGE_BYTES]) {
  *file = NULL;
  pthread_once(&once, open_library);
  if (!is_there) {
    failed("libheif is not installed", message);
    return CHEIF_MISSING;
  }
  cheif_file *opened = calloc(1, sizeof *opened);
  if (!opened || !(opened->context = lib.heif_context_alloc())) {
    free(opened);
    return failed("out of memory", message);
  }
  lib.heif_context_set_maximum_image_size_limit(opened->context, maximum_side);
  lib.heif_context_set_max_decoding_threads(opened->context, 0);
  struct heif_error error = lib.heif_context_read_from_memory_without_copy(opened->context, bytes, count, NULL);
  if (error.code == heif_error_Ok) {
    error = lib.heif_context_get_primary_image_handle(opened->context, &opened->image);
  }
  if (error.code != heif_error_Ok) {
    // The words are the context's own.
    const int status = fail(error, message);
    cheif_close(opened);
    return status;
  }
  const int width = lib.heif_image_handle_get_width(opened->image);
  const int height = lib.heif_image_handle_get_height(opened->image);
  if (width <= 0 || height <= 0) {
    cheif_close(opened);
    return failed("it says no size", message);
  }
  opened->layout.width = (uint32_t)width;
  opened->layout.height = (uint32_t)height;
  opened->layout.channels = lib.heif_image_handle_has_alpha_channel(opened->image) ? 4 : 3;
  *layout = opened->layout;
  *file = opened;
  return 0;
}

int cheif_decode(cheif_file *file, uint8_t *pixels, char message[CHEIF_MESSAGE_BYTES]) {
  struct heif_decoding_options *options = lib.heif_decoding_options_alloc();
  if (!options) return failed("out of memory", message);
  // What lacks pixels is refused, not filled up.
  if (options->version >= 3) options->strict_decoding = 1;
  struct heif_image *image = NULL;
  const enum heif_chroma chroma =
      file->layout.channels == 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  const struct heif_error error =
      lib.heif_decode_image(file->image, &image, heif_colorspace_RGB, chroma, options);
  lib.heif_decoding_options_free(options);
  if (error.code != heif_error_Ok) return fail(error, message);
  int stride = 0;
  const uint8_t *rows = lib.heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  const size_t row = (size_t)file->layout.width * (size_t)file->layout.channels;
  const int fits = rows && stride > 0 && (size_t)stride >= row &&
                   lib.heif_image_get_width(image, heif_channel_interleaved) == (int)file->layout.width &&
                   lib.heif_image_get_height(image, heif_channel_interleaved) == (int)file->layout.height;
  if (fits) {
    for (uint32_t y = 0; y < file->layout.height; y++) {
      memcpy(pixels + y * row, rows + (size_t)y * (size_t)stride, row);
    }
  }
  lib.heif_image_release(image);
  return fits ? 0 : failed("its picture is not of the size that it says", message);
}

void cheif_close(cheif_file *file) {
  if (!file) return;
  if (file->image) lib.heif_image_handle_release(file->image);
  lib.heif_context_free(file->context);
  free(file);
}
