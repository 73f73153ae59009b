#include "common.h"

// Rounded to the nearest by cutting off: ½ is added, and the bounds leave nothing below 0.
INLINE float bounded(float value) {
  value = value < 0 ? 0 : value;
  return (value > 255 ? 255 : value) + 0.5f;
}

#define ENTRY uint8_t
#define NAME(x) x##_bytes
#include "quantise_template.h"
#undef ENTRY
#undef NAME

#define ENTRY int16_t
#define NAME(x) x##_words
#include "quantise_template.h"
#undef ENTRY
#undef NAME

KERNEL(
  nk_quantise, (const struct nk_quantising *m, const float *restrict x, void *entries, int kind),
  (m, x, entries, kind)) {
  if (nk_dot_entry(kind) == 1) {
    map_bytes(m, x, entries);
  } else {
    map_words(m, x, entries);
  }
}
