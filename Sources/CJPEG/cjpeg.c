#include "cjpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// A progressive file may hold any number of scans, each a pass over all pixels; encoders write about ten.
#define MAXIMUM_SCANS 100

typedef struct {
  struct jpeg_error_mgr base;  // first, so that libjpeg's pointer is also ours
  jmp_buf escape;
  char *message;
  int may_end;     // the header has been read, so the file's end is not yet an error
  int ends_early;  // the end came before the end mark
} error_manager;

static void fail(j_common_ptr info) {
  error_manager *manager = (error_manager *)info->err;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  snprintf(manager->message, CJPEG_MESSAGE_BYTES, "%s", text);
  longjmp(manager->escape, 1);
}

// libjpeg fills in grey for missing data and only warns. A face in such a picture would be embedded wrongly, so
// those warnings are errors here; the harmless ones stay silent.
static void warn(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
      return;
    case JWRN_JPEG_EOF: {
      // Alone it says that the end mark is missing. Missing bits bring a warning of their own, and missing scans
      // are looked for at the end.
      error_manager *manager = (error_manager *)info->err;
      if (!manager->may_end) fail(info);
      manager->ends_early = 1;
      return;
    }
    default:
      fail(info);
  }
}

static void watch_scans(j_common_ptr info) {
  if (!info->is_decompressor) return;
  j_decompress_ptr decoder = (j_decompress_ptr)info;
  if (decoder->input_scan_number <= MAXIMUM_SCANS) return;
  error_manager *manager = (error_manager *)info->err;
  snprintf(manager->message, CJPEG_MESSAGE_BYTES, "more than %d progressive scans", MAXIMUM_SCANS);
  longjmp(manager->escape, 1);
}

static struct jpeg_error_mgr *prepare(error_manager *manager, char *message) {
  message[0] = 0;
  jpeg_std_error(&manager->base);
  manager->base.error_exit = fail;
  manager->base.emit_message = warn;
  manager->message = message;
  manager->may_end = 0;
  manager->ends_early = 0;
  return &manager->base;
}

int cjpeg_read_size(
    const uint8_t *bytes, size_t count, cjpeg_size *size, int *several_scans, char message[CJPEG_MESSAGE_BYTES]) {
  struct jpeg_decompress_struct decoder;
  error_manager manager;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = prepare(&manager, message);
  if (setjmp(manager.escape)) {
    jpeg_destroy_decompress(&decoder);
    return -1;
  }
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, bytes, count);
  jpeg_read_header(&decoder, TRUE);
  size->width = decoder.image_width;
  size->height = decoder.image_height;
  *several_scans = jpeg_has_multiple_scans(&decoder);
  jpeg_destroy_decompress(&decoder);
  return 0;
}

// Adobe's writers store ink inverted (0 = full ink), others do not.
static void convert_cmyk(const uint8_t *cmyk, uint8_t *rgb, uint32_t width, int inverted) {
  for (uint32_t x = 0; x < width; x++) {
    unsigned c = cmyk[4 * x], m = cmyk[4 * x + 1], y = cmyk[4 * x + 2], k = cmyk[4 * x + 3];
    if (!inverted) {
      c = 255 - c;
      m = 255 - m;
      y = 255 - y;
      k = 255 - k;
    }
    rgb[3 * x] = (uint8_t)((c * k + 127) / 255);
    rgb[3 * x + 1] = (uint8_t)((m * k + 127) / 255);
    rgb[3 * x + 2] = (uint8_t)((y * k + 127) / 255);
  }
}

// Whether every coefficient of every component came, to its last bit. A file that is cut between two scans looks to
// libjpeg like one that has no more of them.
static int has_all_scans(j_decompress_ptr decoder) {
  // Arithmetic decoding takes what is missing for zeros and does not warn.
  if (decoder->arith_code) return 0;
  for (int component = 0; component < decoder->num_components; component++) {
    // Set when a component's first scan begins.
    if (!decoder->comp_info[component].quant_table) return 0;
    if (!decoder->progressive_mode) continue;
    if (!decoder->coef_bits) return 0;
    for (int place = 0; place < DCTSIZE2; place++) {
      if (decoder->coef_bits[component][place] != 0) return 0;
    }
  }
  return 1;
}

// Reads the header and sets what every decoding sets; `decoder->err` is prepared.
static void open_picture(
    j_decompress_ptr decoder, struct jpeg_progress_mgr *progress, const uint8_t *bytes, size_t count, cjpeg_size size,
    int eighths) {
  error_manager *manager = (error_manager *)decoder->err;
  jpeg_create_decompress(decoder);
  progress->progress_monitor = watch_scans;
  decoder->progress = progress;
  jpeg_mem_src(decoder, bytes, count);
  jpeg_read_header(decoder, TRUE);
  if (decoder->image_width != size.width || decoder->image_height != size.height) {
    snprintf(manager->message, CJPEG_MESSAGE_BYTES, "the header changed between two readings");
    longjmp(manager->escape, 1);
  }
  manager->may_end = 1;
  const int cmyk = decoder->jpeg_color_space == JCS_CMYK || decoder->jpeg_color_space == JCS_YCCK;
  decoder->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  decoder->scale_num = (unsigned)eighths;
  decoder->scale_denom = 8;
}

// The next `height` rows of output, of which `width` pixels from `left` on are kept.
static void read_rows(j_decompress_ptr decoder, uint32_t left, uint32_t width, uint32_t height, uint8_t *pixels) {
  const int cmyk = decoder->out_color_space == JCS_CMYK;
  const int is_whole = left == 0 && width == decoder->output_width;
  // From libjpeg's own pool, so that it is freed on every way out.
  JSAMPARRAY line = NULL;
  if (cmyk || !is_whole) {
    line = decoder->mem->alloc_sarray(
        (j_common_ptr)decoder, JPOOL_IMAGE, decoder->output_width * (cmyk ? 4 : 3), 1);
  }
  for (uint32_t row = 0; row < height; row++) {
    uint8_t *to = pixels + (size_t)row * width * 3;
    if (!line) {
      JSAMPROW rows[1] = {to};
      jpeg_read_scanlines(decoder, rows, 1);
      continue;
    }
    jpeg_read_scanlines(decoder, line, 1);
    if (cmyk) {
      convert_cmyk(line[0] + (size_t)left * 4, to, width, decoder->saw_Adobe_marker);
    } else {
      memcpy(to, line[0] + (size_t)left * 3, (size_t)width * 3);
    }
  }
}

cjpeg_size cjpeg_scaled(cjpeg_size size, int eighths) {
  const cjpeg_size scaled = {
      (uint32_t)(((uint64_t)size.width * (unsigned)eighths + 7) / 8),
      (uint32_t)(((uint64_t)size.height * (unsigned)eighths + 7) / 8)};
  return scaled;
}

int cjpeg_decode_rgb(
    const uint8_t *bytes, size_t count, cjpeg_size size, int eighths, uint8_t *pixels, int *ends_early,
    char message[CJPEG_MESSAGE_BYTES]) {
  struct jpeg_decompress_struct decoder;
  struct jpeg_progress_mgr progress;
  error_manager manager;
  memset(&decoder, 0, sizeof decoder);
  memset(&progress, 0, sizeof progress);
  decoder.err = prepare(&manager, message);
  if (setjmp(manager.escape)) {
    jpeg_destroy_decompress(&decoder);
    return -1;
  }
  open_picture(&decoder, &progress, bytes, count, size, eighths);
  jpeg_start_decompress(&decoder);
  const cjpeg_size scaled = cjpeg_scaled(size, eighths);
  if (decoder.output_width != scaled.width || decoder.output_height != scaled.height) {
    snprintf(message, CJPEG_MESSAGE_BYTES, "the picture cannot be read at %d eighths", eighths);
    longjmp(manager.escape, 1);
  }
  read_rows(&decoder, 0, scaled.width, scaled.height, pixels);
  // Coefficients are forgotten by finishing, which in a file of one scan is what meets the end.
  const int complete = has_all_scans(&decoder);
  jpeg_finish_decompress(&decoder);
  if (manager.ends_early && !complete) {
    snprintf(message, CJPEG_MESSAGE_BYTES, "the file ends before its last scan");
    longjmp(manager.escape, 1);
  }
  *ends_early = manager.ends_early;
  jpeg_destroy_decompress(&decoder);
  return 0;
}

int cjpeg_decode_region(
    const uint8_t *bytes, size_t count, cjpeg_size size, cjpeg_region region, uint8_t *pixels,
    char message[CJPEG_MESSAGE_BYTES]) {
  struct jpeg_decompress_struct decoder;
  struct jpeg_progress_mgr progress;
  error_manager manager;
  memset(&decoder, 0, sizeof decoder);
  memset(&progress, 0, sizeof progress);
  decoder.err = prepare(&manager, message);
  if (setjmp(manager.escape)) {
    jpeg_destroy_decompress(&decoder);
    return -1;
  }
  open_picture(&decoder, &progress, bytes, count, size, 8);
  jpeg_start_decompress(&decoder);
  // Where columns are cut off, chroma beside the cut is interpolated without its neighbour: two more columns, and their
  // block, keep that away from what is asked for.
  JDIMENSION left = region.left > 2 ? region.left - 2 : 0;
  JDIMENSION width = region.left - left + region.width + 2;
  if (width > decoder.output_width - left) width = decoder.output_width - left;
  jpeg_crop_scanline(&decoder, &left, &width);
  if (region.top > 0 && jpeg_skip_scanlines(&decoder, region.top) != region.top) {
    snprintf(message, CJPEG_MESSAGE_BYTES, "rows could not be skipped");
    longjmp(manager.escape, 1);
  }
  read_rows(&decoder, region.left - left, region.width, region.height, pixels);
  // What follows the region was read when the picture was searched, and is not looked at again.
  jpeg_destroy_decompress(&decoder);
  return 0;
}

int cjpeg_encode_rgb(
    const uint8_t *pixels, cjpeg_size size, int quality, int layout, uint8_t **encoded, size_t *encoded_count,
    char message[CJPEG_MESSAGE_BYTES]) {
  struct jpeg_compress_struct encoder;
  error_manager manager;
  // On the heap: libjpeg writes both after setjmp, and a local would be indeterminate when it jumps back.
  struct {
    unsigned char *bytes;
    unsigned long count;
  } *output = calloc(1, sizeof *output);
  if (!output) {
    snprintf(message, CJPEG_MESSAGE_BYTES, "out of memory");
    return -1;
  }
  memset(&encoder, 0, sizeof encoder);
  encoder.err = prepare(&manager, message);
  if (setjmp(manager.escape)) {
    jpeg_destroy_compress(&encoder);
    free(output->bytes);
    free(output);
    return -1;
  }
  jpeg_create_compress(&encoder);
  jpeg_mem_dest(&encoder, &output->bytes, &output->count);
  encoder.image_width = size.width;
  encoder.image_height = size.height;
  encoder.input_components = 3;
  encoder.in_color_space = JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, quality, TRUE);
  for (int i = 0; i < encoder.num_components; i++) {
    const int factor = i == 0 && layout != CJPEG_FULL_CHROMA ? 2 : 1;
    encoder.comp_info[i].h_samp_factor = factor;
    encoder.comp_info[i].v_samp_factor = factor;
  }
  if (layout == CJPEG_PROGRESSIVE) jpeg_simple_progression(&encoder);
  jpeg_start_compress(&encoder, TRUE);
  const size_t stride = (size_t)size.width * 3;
  while (encoder.next_scanline < size.height) {
    JSAMPROW rows[1] = {(JSAMPROW)(pixels + stride * encoder.next_scanline)};
    jpeg_write_scanlines(&encoder, rows, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  *encoded = output->bytes;
  *encoded_count = output->count;
  free(output);
  return 0;
}

void cjpeg_free(uint8_t *encoded) { free(encoded); }
