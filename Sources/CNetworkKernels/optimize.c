#include <math.h>

#include "common.h"

KERNEL(
  nk_adagrad,
  (float *restrict w, const float *restrict g, float *restrict sum, ptrdiff_t count, float rate, float epsilon),
  (w, g, sum, count, rate, epsilon)) {
  for (ptrdiff_t i = 0; i < count; i++) {
    sum[i] += g[i] * g[i];
    w[i] -= rate * g[i] / (sqrtf(sum[i]) + epsilon);
  }
}

KERNEL(
  nk_adamw,
  (float *restrict w, const float *restrict g, float *restrict m, float *restrict v, ptrdiff_t count,
   struct nk_adamw_numbers n),
  (w, g, m, v, count, n)) {
  for (ptrdiff_t i = 0; i < count; i++) {
    m[i] = n.beta1 * m[i] + (1 - n.beta1) * g[i];
    v[i] = n.beta2 * v[i] + (1 - n.beta2) * (g[i] * g[i]);
    w[i] = n.keep * w[i] - n.rate * m[i] / (sqrtf(v[i]) * n.inverse_root + n.epsilon);
  }
}

KERNEL(
  nk_sgd_momentum,
  (float *restrict w, const float *restrict g, float *restrict v, ptrdiff_t count, float rate, float momentum,
   float decay),
  (w, g, v, count, rate, momentum, decay)) {
  for (ptrdiff_t i = 0; i < count; i++) {
    v[i] = momentum * v[i] + (g[i] + decay * w[i]);
    w[i] -= rate * v[i];
  }
}
