#include "accept.h"

#include <sys/socket.h>

struct grpc_byte_buffer;

namespace grpc_core {

// As the library has it. Its own C++ wrapper, which is another shared library, calls it in the same way, so that the
// order of these functions is part of what the two agree on.
class TcpServerFdHandler {
 public:
  virtual ~TcpServerFdHandler() = default;
  virtual void Handle(int listener, int connection, grpc_byte_buffer *read_already) = 0;
};

}  // namespace grpc_core

void cgrpc_take_connection(void *handler, int listener, int connection) {
  static_cast<grpc_core::TcpServerFdHandler *>(handler)->Handle(listener, connection, nullptr);
}

int cgrpc_accept(int listener) { return accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }
