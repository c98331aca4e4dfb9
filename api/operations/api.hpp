#pragma once

/// The API as the HTTP server's request handler: routes, access, the operation
/// table, and the hand-over to the front actors.
///
///   POST /          an operation, named by X-Amz-Target; or one of Troupe's own
///   GET /healthz    200 while the process serves
///   GET /readyz     200 once the control plane has recovered, else 503
///
/// Everything else is 404 with the error envelope.

#include "api/http/server.hpp"
#include "api/operations/access.hpp"
#include "api/operations/front.hpp"
#include "api/operations/operation_table.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::api::operations {

struct ApiOptions {
  core::Realm realm;
  std::function<bool()> ready;  ///< Absent: always.
  /// Names of the roles whose tasks may operate the clusters (authority.hpp).
  std::set<std::string> operator_roles{};
};

/// Thread-safe; must outlive the server that calls it.
class Api {
 public:
  /// @param fronts  At least one; calls are dealt out in turn.
  Api(ApiOptions options, std::shared_ptr<const Access> access, std::vector<FrontActor> fronts);

  void handle(std::shared_ptr<const http::Request> request, http::Responder responder);

  /// The same, for whoever has no connection: tests, the measurements.
  void handle(const http::Request& request, std::function<void(http::Response)> reply);

 private:
  struct Parts;
  void call(const http::Request& request, std::function<void(http::Response)> reply);
  [[nodiscard]] http::Response probe(std::string_view path) const;

  std::function<bool()> ready_;
  std::shared_ptr<Parts> parts_;  ///< Shared with calls that wait to know who calls.
};

}  // namespace troupe::api::operations
