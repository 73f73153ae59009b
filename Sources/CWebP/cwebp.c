#include "cwebp.h"

#include <stdio.h>

#include <webp/decode.h>

static const char *words(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return "out of memory";
    case VP8_STATUS_BITSTREAM_ERROR: return "its stream is broken";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "it uses a feature that libwebp does not read";
    case VP8_STATUS_NOT_ENOUGH_DATA: return "the file ends early";
    default: return "libwebp refuses it";
  }
}

static int fail(VP8StatusCode status, char *message) {
  snprintf(message, CWEBP_MESSAGE_BYTES, "%s", words(status));
  return -1;
}

int cwebp_read_layout(const uint8_t *bytes, size_t count, cwebp_layout *layout, char message[CWEBP_MESSAGE_BYTES]) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
  if (status != VP8_STATUS_OK) return fail(status, message);
  layout->width = (uint32_t)features.width;
  layout->height = (uint32_t)features.height;
  layout->channels = features.has_alpha ? 4 : 3;
  layout->animated = features.has_animation;
  return 0;
}

int cwebp_decode(
    const uint8_t *bytes, size_t count, cwebp_layout layout, uint8_t *pixels, char message[CWEBP_MESSAGE_BYTES]) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return fail(VP8_STATUS_OUT_OF_MEMORY, message);
  const VP8StatusCode known = WebPGetFeatures(bytes, count, &config.input);
  if (known != VP8_STATUS_OK) return fail(known, message);
  if ((uint32_t)config.input.width != layout.width || (uint32_t)config.input.height != layout.height) {
    snprintf(message, CWEBP_MESSAGE_BYTES, "the size changed between two readings");
    return -1;
  }
  const size_t stride = (size_t)layout.width * (size_t)layout.channels;
  config.output.colorspace = layout.channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)stride;
  config.output.u.RGBA.size = stride * layout.height;
  const VP8StatusCode status = WebPDecode(bytes, count, &config);
  WebPFreeDecBuffer(&config.output);
  return status == VP8_STATUS_OK ? 0 : fail(status, message);
}
