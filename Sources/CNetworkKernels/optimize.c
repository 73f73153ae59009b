#include <math.h>

#include "common.h"

KERNEL(
  nk_adagrad,
  (float *restrict w, const float *restrict g, float *restrict sum, ptrdiff_t count, float rate, float epsilon,
   float decay),
  (w, g, sum, count, rate, epsilon, decay)) {
  for (ptrdiff_t i = 0; i < count; i++) {
    float slope = g[i] + decay * w[i];
    sum[i] += slope * slope;
    w[i] -= rate * slope / (sqrtf(sum[i]) + epsilon);
  }
}

KERNEL(
  nk_adam,
  (float *restrict w, const float *restrict g, float *restrict m, float *restrict v, ptrdiff_t count,
   struct nk_adam_numbers n),
  (w, g, m, v, count, n)) {
  for (ptrdiff_t i = 0; i < count; i++) {
    float slope = g[i] + n.decay * w[i];
    m[i] = n.beta1 * m[i] + (1 - n.beta1) * slope;
    v[i] = n.beta2 * v[i] + (1 - n.beta2) * (slope * slope);
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
