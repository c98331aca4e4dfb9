#pragma once

/// The limit beside which agents' sessions are measured: a process with nothing but Beast's
/// WebSockets, which echo what they are sent.

#include "runtime/process/files.hpp"
#include "runtime/result.hpp"
#include "tools/bench/latencies.hpp"

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct EchoFigures {
  double kib_of_connection = 0;  ///< Resident in the server, without the kernel's buffers.
  Nanos cpu_of_message{0};       ///< The server's, for one message and its echo.
};

/// Forks the server, so it is to be called before this process has threads; connects `count`
/// clients and lets each of them say `rounds` messages of an agent's size.
runtime::Result<EchoFigures> measure_echo(std::size_t count, unsigned rounds);

}  // namespace troupe::tools::bench
