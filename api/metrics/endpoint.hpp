#pragma once

/// GET /metrics: all clusters and this process, for Prometheus.
///
/// Whoever can reach a server that listens on loopback may read it, as they may read what
/// runs on the host anyway. Elsewhere it takes a metrics token as bearer, which `troupe
/// metrics-token` makes and Prometheus keeps in a file, or a request signed by the
/// administrator. Pages of other machines are refused everywhere.

#include "actors/core/figures.hpp"
#include "api/http/server.hpp"
#include "api/http/token.hpp"
#include "api/operations/access.hpp"
#include "api/operations/front.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace troupe::api::metrics {

/// Makes and checks metrics tokens; others of the same key are refused, and these elsewhere.
http::TokenIssuer token_issuer(std::string key);

enum class Admission : std::uint8_t { everybody, holders };

struct EndpointOptions {
  Admission admission = Admission::holders;
  std::string token_key;
  /// What the server counted of itself by now; absent: nothing of it is told. Any thread.
  std::function<core::ServerFigures()> figures = {};
};

/// Thread-safe; must outlive the server that calls it.
class Endpoint {
 public:
  Endpoint(EndpointOptions options, std::shared_ptr<const operations::Access> access,
           operations::FrontActor front);

  [[nodiscard]] static bool is_for(const http::Request& request);

  void handle(const std::shared_ptr<const http::Request>& request, http::Responder responder) const;
  /// The same, for whoever has no connection.
  void handle(const http::Request& request, std::function<void(http::Response)> reply) const;

 private:
  [[nodiscard]] http::Result<std::string> admit(const http::Request& request) const;

  Admission admission_;
  http::TokenIssuer tokens_;
  std::shared_ptr<const operations::Access> access_;
  operations::FrontActor front_;
  std::function<core::ServerFigures()> figures_;
};

}  // namespace troupe::api::metrics
