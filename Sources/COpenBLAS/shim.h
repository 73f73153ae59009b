// Debian keeps the architecture's cblas.h on the compiler's default path; nothing else is needed.
#include <cblas.h>
