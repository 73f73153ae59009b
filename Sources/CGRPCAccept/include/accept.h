// Hands connections that were accepted elsewhere to a gRPC server.
//
// The C core takes connections from outside at a port whose name begins with "external:". It puts an object for them
// where a channel argument of that name points, and that object has a C++ interface only.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Gives `connection`, a connected socket that does not block, to the server that `handler` belongs to. The server closes
/// it. `handler` lives until the server is shut down.
void cgrpc_take_connection(void *handler, int listener, int connection);

/// `accept4` with SOCK_NONBLOCK and SOCK_CLOEXEC, which Swift does not see.
int cgrpc_accept(int listener);

#ifdef __cplusplus
}
#endif
