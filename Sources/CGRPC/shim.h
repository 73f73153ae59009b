// First, so that the system's types look as they do in the C modules of Foundation and Dispatch: gRPC's own
// headers turn _GNU_SOURCE on, which renames members of fd_set, and debug builds then refuse the two together.
#include <sys/types.h>

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <grpc/support/alloc.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
