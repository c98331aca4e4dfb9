#pragma once

/// The task metadata endpoint as an HTTP handler:
///
///   GET /v4/ID             the container
///   GET /v4/ID/task        its task
///   GET /v4/ID/stats       what the container uses
///   GET /v4/ID/task/stats  what all containers of the task use
///
/// ID is "TASKID-NAME", the path of ECS_CONTAINER_METADATA_URI_V4. Everything else
/// is 404. It serves the tasks of one cluster: that of the node it stands on.

#include "api/http/server.hpp"
#include "api/metadata/metadata_json.hpp"
#include "api/operations/front.hpp"

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
  std::string cluster = "default";
  StatsReader read_stats;
};

/// Thread-safe; must outlive the server that calls it.
class Endpoint {
 public:
  /// @param front  Asks the control plane for the task.
  Endpoint(EndpointOptions options, operations::FrontActor front);

  void handle(const std::shared_ptr<const http::Request>& request, http::Responder responder) const;
  /// The same, for whoever has no connection.
  void handle(const http::Request& request, std::function<void(http::Response)> reply) const;

 private:
  EndpointOptions options_;
  operations::FrontActor front_;
};

}  // namespace troupe::api::metadata
