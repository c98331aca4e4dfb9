#pragma once

/// The task metadata endpoint as an HTTP handler:
///
///   GET /v4/ID             the container
///   GET /v4/ID/task        its task
///   GET /v4/ID/stats       what the container uses
///   GET /v4/ID/task/stats  what all containers of the task use
///
/// ID is "TASKID-NAME", the path of ECS_CONTAINER_METADATA_URI_V4. Beside them stand the
/// credentials of tasks' roles (credentials_book.hpp). Everything else is 404. It serves the
/// tasks of one host and asks nobody but its two sources.

#include "api/http/server.hpp"
#include "api/metadata/credentials_book.hpp"
#include "api/metadata/last_readings.hpp"
#include "api/metadata/metadata_json.hpp"
#include "api/metadata/task_source.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::api::metadata {

using StatsReply = std::function<void(std::optional<ContainerStats>)>;
/// Reads a container's stats and calls back, once, from any thread; nothing when
/// it does not run. Must not block the caller.
using StatsReader = std::function<void(const std::string& container_id, StatsReply)>;

struct EndpointOptions {
  core::Realm realm;
  TaskSource tasks;
  /// Null: no task has credentials.
  std::shared_ptr<const CredentialsBook> credentials{};
  StatsReader read_stats;
};

/// Thread-safe; must outlive the server that calls it.
class Endpoint {
 public:
  explicit Endpoint(EndpointOptions options);

  void handle(const std::shared_ptr<const http::Request>& request, http::Responder responder) const;
  /// The same, for whoever has no connection.
  void handle(const http::Request& request, std::function<void(http::Response)> reply) const;

 private:
  EndpointOptions options_;
  std::shared_ptr<LastReadings> last_ = std::make_shared<LastReadings>();
};

}  // namespace troupe::api::metadata
