// How filters are cut into groups whose sums fit the registers; for kernels that go over a map once for each group.
#ifndef CNETWORKKERNELS_GROUPS_H
#define CNETWORKKERNELS_GROUPS_H

#include "common.h"

// The most vectors of filters that go together: with 32 registers four, with 16 three.
INLINE ptrdiff_t most_vectors(ptrdiff_t lanes) { return lanes == 16 ? 4 : 3; }

// How many vectors of filters go together, of those that are left: nearly equal groups.
INLINE ptrdiff_t group_vectors(ptrdiff_t filters, ptrdiff_t lanes) {
  const ptrdiff_t left = (filters + lanes - 1) / lanes, most = most_vectors(lanes);
  const ptrdiff_t groups = (left + most - 1) / most;
  return (left + groups - 1) / groups;
}

#endif
