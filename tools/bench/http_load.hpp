#pragma once

/// Load on an HTTP server: many kept-alive connections on one thread, each with
/// one request under way, sent ahead of time as bytes, so that the generator
/// costs the server's machine as little as possible.

#include "api/http/client.hpp"
#include "runtime/result.hpp"
#include "tools/bench/latencies.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct HttpLoad {
  api::http::Endpoint endpoint;
  /// What each connection sends, again and again; their number is that of the connections.
  std::vector<std::string> requests;
  std::chrono::milliseconds warm_up{500};  ///< Not counted.
  std::chrono::milliseconds duration{5'000};
};

struct HttpLoadResult {
  Latencies latencies;  ///< Of the answers with status 200 that came after the warm-up.
  std::uint64_t refused = 0;
  std::string refusal;  ///< The first answer with another status.
  double seconds = 0;
  [[nodiscard]] double per_second() const {
    return seconds > 0 ? static_cast<double>(latencies.count()) / seconds : 0;
  }
};

runtime::Result<HttpLoadResult> run_load(const HttpLoad& load);

/// A request as it goes over the wire; Content-Length is added.
std::string wire_form(const api::http::Request& request);

}  // namespace troupe::tools::bench
