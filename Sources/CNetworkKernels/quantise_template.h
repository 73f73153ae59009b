// From floats to entries of one type; included by quantise.c with ENTRY and NAME(x).

INLINE void NAME(even)(const float *restrict x, ptrdiff_t count, float factor, float offset, ENTRY *restrict q) {
  for (ptrdiff_t i = 0; i < count; i++) q[i] = (ENTRY)(int32_t)bounded(x[i] * factor + offset);
}

INLINE void NAME(each)(
  const float *restrict x, ptrdiff_t count, const float *restrict factor, const float *restrict offset,
  ENTRY *restrict q) {
  for (ptrdiff_t i = 0; i < count; i++) q[i] = (ENTRY)(int32_t)bounded(x[i] * factor[i] + offset[i]);
}

INLINE ENTRY *NAME(fill)(ENTRY *q, ptrdiff_t count, ENTRY zero) {
  for (ptrdiff_t i = 0; i < count; i++) q[i] = zero;
  return q + count;
}

INLINE void NAME(map)(const struct nk_quantising *m, const float *restrict x, ENTRY *restrict q) {
  const ptrdiff_t channels = m->channels, line = m->width * channels;
  const ptrdiff_t row = m->columns * channels, before = m->border * channels;
  q = NAME(fill)(q, m->border * row, m->zero);
  for (ptrdiff_t y = 0; y < m->height; y++, x += m->width * m->pitch) {
    q = NAME(fill)(q, before, m->zero);
    if (!m->each_channel && m->pitch == channels) {
      NAME(even)(x, line, m->factor[0], m->offset[0], q);
    } else {
      for (ptrdiff_t i = 0; i < m->width; i++) {
        if (m->each_channel) {
          NAME(each)(x + i * m->pitch, channels, m->factor, m->offset, q + i * channels);
        } else {
          NAME(even)(x + i * m->pitch, channels, m->factor[0], m->offset[0], q + i * channels);
        }
      }
    }
    q = NAME(fill)(q + line, row - before - line, m->zero);
  }
  NAME(fill)(q, (m->rows - m->border - m->height) * row, m->zero);
}
