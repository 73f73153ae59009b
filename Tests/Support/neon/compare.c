// Every NEON kernel against its plain twin, bit for bit, at sizes on both sides of the registers' width. Built for ARM and run
// under an emulator by scripts/test-neon.sh; ends with 1 and says which kernel differs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CVectorKernels.h"

static const size_t sizes[] = {1, 7, 8, 15, 16, 31, 33, 64, 127, 128, 129, 200};
static const size_t counts[] = {1, 2, 3, 4, 5, 9, 15, 16, 17, 31, 32, 33, 64, 75, 130};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint64_t state = 1;
static int failures = 0;
static long checks = 0;

static uint32_t draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}

static float real(void) { return (float)draw() / (float)(1u << 30) - 1; }
static int8_t code(void) { return (int8_t)((int)(draw() % 255) - 127); }

static void *memory(size_t bytes) {
  void *found = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!found) exit(2);
  memset(found, 0, (bytes + 127) / 64 * 64);
  return found;
}

static float *reals(size_t count) {
  float *values = memory(count * 4);
  for (size_t i = 0; i < count; i++) values[i] = real();
  return values;
}

static void expect(const char *kernel, const void *a, const void *b, size_t bytes, size_t dimension, size_t count) {
  checks++;
  if (memcmp(a, b, bytes) == 0) return;
  failures++;
  printf("%s differs from plain at %zu elements, %zu rows\n", kernel, dimension, count);
}

static void distances(const vk_kernels *neon, const vk_kernels *plain, size_t dimension, size_t count) {
  const size_t width = vk_nibble_bytes(dimension), rest = vk_fine_bytes(dimension);
  // Some coordinates lie beyond the outermost 4-bit codes.
  const float step = 0.0625f;
  float *query = reals(dimension), *row = reals(dimension);
  float *a = memory(count * 4), *b = memory(count * 4);
  uint8_t *coarse = memory(count * width), *fine = memory(count * rest);
  const uint8_t **coarse_rows = memory(count * sizeof *coarse_rows), **fine_rows = memory(count * sizeof *fine_rows);
  for (size_t r = 0; r < count; r++) {
    for (size_t i = 0; i < dimension; i++) row[i] = real();
    vk_store_row(coarse + r * width, fine + r * rest, row, dimension, step);
    coarse_rows[r] = coarse + (count - 1 - r) * width;
    fine_rows[r] = fine + (count - 1 - r) * rest;
  }
  neon->squared_l2_gather(query, coarse_rows, fine_rows, count, dimension, step, a);
  plain->squared_l2_gather(query, coarse_rows, fine_rows, count, dimension, step, b);
  expect("squared_l2_gather", a, b, count * 4, dimension, count);
  free(query), free(row), free(a), free(b), free(coarse), free(fine), free(coarse_rows), free(fine_rows);
}

static void inner_products(const vk_kernels *neon, const vk_kernels *plain, size_t width, size_t count) {
  float *query = reals(width), *rows = reals(count * width);
  float *a = memory(count * 4), *b = memory(count * 4);
  int32_t *places = memory(count * 4);
  for (size_t r = 0; r < count; r++) places[r] = (int32_t)(draw() % count);
  neon->inner_gather(query, rows, places, count, width, a);
  plain->inner_gather(query, rows, places, count, width, b);
  expect("inner_gather", a, b, count * 4, width, count);
  free(query), free(rows), free(a), free(b), free(places);
}

static void projections(const vk_kernels *neon, const vk_kernels *plain, size_t rows) {
  for (size_t columns = 16; columns <= 208; columns += 48) {
    float *vector = reals(rows), *matrix = reals(rows * columns);
    float *a = memory(columns * 4), *b = memory(columns * 4);
    neon->project(vector, rows, matrix, columns, a);
    plain->project(vector, rows, matrix, columns, b);
    expect("project", a, b, columns * 4, rows, columns);
    free(vector), free(matrix), free(a), free(b);
  }
}

// Writes scores and slots of `found` behind one another, so that one comparison sees all.
static void gathered(uint8_t *to, size_t found, const float *scores, const uint32_t *slots) {
  memcpy(to, &found, sizeof found);
  memcpy(to + sizeof found, scores, found * 4);
  memcpy(to + sizeof found + found * 4, slots, found * 4);
}

static void scans(const vk_kernels *neon, const vk_kernels *plain, size_t dimension, size_t rows) {
  const size_t groups = vk_byte_groups(dimension) * 4, steps = vk_bit_steps(dimension);
  int8_t *query = memory(groups), *codes = memory(groups);
  int32_t offset = 0;
  for (size_t i = 0; i < dimension; i++) offset += 128 * (query[i] = code());
  uint8_t *bytes = memory((rows + 15) / 16 * vk_byte_block_bytes(dimension));
  uint8_t *bits = memory((rows + 31) / 32 * vk_bit_block_bytes(dimension));
  float *residual = memory(steps * 64), *rotated = memory(steps * 64), scale, bias;
  uint8_t *tables = memory(steps * 64);
  for (size_t r = 0; r < rows; r++) {
    for (size_t i = 0; i < dimension; i++) codes[i] = code(), residual[i] = real();
    vk_store_bytes(bytes + r / 16 * vk_byte_block_bytes(dimension), r % 16, dimension, codes, real(), (uint32_t)r);
    vk_store_bits(bits + r / 32 * vk_bit_block_bytes(dimension), r % 32, dimension, residual, (uint32_t)r);
  }
  if (rows > 2) vk_erase_bits(bits, rows / 2 % 32, dimension);
  for (size_t i = 0; i < dimension; i++) rotated[i] = real();
  vk_bit_tables(rotated, dimension, tables, &scale, &bias);
  float *scores = memory((rows + 32) * 4);
  uint32_t *slots = memory((rows + 32) * 4);
  uint8_t *a = memory(8 + rows * 8), *b = memory(8 + rows * 8);
  const float bounds[] = {1e30f, 0, -0.5f};
  for (size_t i = 0; i < COUNT(bounds); i++) {
    memset(a, 0, 8 + rows * 8), memset(b, 0, 8 + rows * 8);
    size_t found = neon->scan_bytes(query, offset, bytes, rows, dimension, bounds[i], scores, slots);
    gathered(a, found, scores, slots);
    found = plain->scan_bytes(query, offset, bytes, rows, dimension, bounds[i], scores, slots);
    gathered(b, found, scores, slots);
    expect("scan_bytes", a, b, 8 + rows * 8, dimension, rows);
    memset(a, 0, 8 + rows * 8), memset(b, 0, 8 + rows * 8);
    found = neon->scan_bits(tables, scale, bias, bits, rows, dimension, -0.25f, bounds[i], scores, slots);
    gathered(a, found, scores, slots);
    found = plain->scan_bits(tables, scale, bias, bits, rows, dimension, -0.25f, bounds[i], scores, slots);
    gathered(b, found, scores, slots);
    expect("scan_bits", a, b, 8 + rows * 8, dimension, rows);
  }
  free(query), free(codes), free(bytes), free(bits), free(residual), free(rotated), free(tables), free(scores);
  free(slots), free(a), free(b);
}

static void nibbles(const vk_kernels *neon, const vk_kernels *plain, size_t dimension, size_t count) {
  const size_t width = vk_nibble_bytes(dimension);
  int8_t *query = memory(2 * width);
  for (size_t i = 0; i < dimension; i++) query[i] = code();
  uint8_t *rows = memory(count * width);
  for (size_t i = 0; i < count * width; i++) rows[i] = (uint8_t)draw();
  const uint8_t **scattered = memory(count * sizeof *scattered);
  for (size_t r = 0; r < count; r++) scattered[r] = rows + (count - 1 - r) * width;
  float *a = memory(count * 4), *b = memory(count * 4);
  neon->nibble_rows(query, rows, count, dimension, a);
  plain->nibble_rows(query, rows, count, dimension, b);
  expect("nibble_rows", a, b, count * 4, dimension, count);
  neon->nibble_gather(query, scattered, count, dimension, a);
  plain->nibble_gather(query, scattered, count, dimension, b);
  expect("nibble_gather", a, b, count * 4, dimension, count);
  free(query), free(rows), free(scattered), free(a), free(b);
}

static void selections(const vk_kernels *neon, const vk_kernels *plain, size_t count) {
  const size_t room = (count + 15) / 16 * 16;
  float *values = reals(room), *a = memory(room * 4), *b = memory(room * 4);
  uint32_t *first = memory(room * 4), *second = memory(room * 4);
  const float bounds[] = {-1e30f, -0.3f, 0, 0.3f, 1e30f};
  for (size_t i = 0; i < COUNT(bounds); i++) {
    size_t x = neon->select_at_most(values, count, bounds[i], first);
    size_t y = plain->select_at_most(values, count, bounds[i], second);
    expect("select_at_most", &x, &y, sizeof x, count, i);
    expect("select_at_most", first, second, y * 4, count, i);
    memcpy(a, values, room * 4), memcpy(b, values, room * 4);
    for (size_t t = 0; t < room; t++) first[t] = second[t] = (uint32_t)t;
    x = neon->keep_at_most(a, first, count, bounds[i]);
    y = plain->keep_at_most(b, second, count, bounds[i]);
    expect("keep_at_most", &x, &y, sizeof x, count, i);
    expect("keep_at_most", a, b, y * 4, count, i);
    expect("keep_at_most", first, second, y * 4, count, i);
  }
  for (size_t wanted = 1; wanted <= count; wanted += 1 + count / 5) {
    float x = neon->bound_for(values, count, wanted), y = plain->bound_for(values, count, wanted);
    expect("bound_for", &x, &y, sizeof x, count, wanted);
  }
  free(values), free(a), free(b), free(first), free(second);
}

int main(void) {
  const vk_kernels *neon = vk_level("neon"), *plain = vk_level("plain");
  if (!neon || strcmp(vk_best()->name, "neon") != 0) {
    printf("this program was not built for ARM\n");
    return 2;
  }
  for (size_t s = 0; s < COUNT(sizes); s++) {
    projections(neon, plain, sizes[s]);
    for (size_t c = 0; c < COUNT(counts); c++) {
      distances(neon, plain, sizes[s], counts[c]);
      inner_products(neon, plain, (sizes[s] + 15) / 16 * 16, counts[c]);
      scans(neon, plain, sizes[s], counts[c]);
      nibbles(neon, plain, sizes[s], counts[c]);
    }
  }
  for (size_t count = 1; count <= 300; count += 7) selections(neon, plain, count);
  printf("%ld comparisons, %d differ\n", checks, failures);
  return failures > 0;
}
