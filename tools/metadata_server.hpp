#pragma once

/// The task metadata endpoint of a node: an HTTP server on loopback, to which the
/// runtime leads the containers' requests.

#include "api/http/server.hpp"
#include "api/metadata/endpoint.hpp"
#include "runtime/container_runtime.hpp"

#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <string>

namespace troupe::tools {

/// Where containers look for it.
inline constexpr const char* metadata_base = "http://169.254.170.2";

class MetadataServer {
 public:
  /// @param options  Its stats are read from `runtime`.
  MetadataServer(api::metadata::EndpointOptions options, std::shared_ptr<runtime::ContainerRuntime> runtime);
  ~MetadataServer();
  MetadataServer(const MetadataServer&) = delete;
  MetadataServer& operator=(const MetadataServer&) = delete;

  /// @return  What went wrong; empty: it serves.
  std::string start();

 private:
  std::shared_ptr<runtime::ContainerRuntime> runtime_;
  boost::asio::thread_pool readers_{1};  ///< Reading a cgroup blocks.
  api::metadata::Endpoint endpoint_;
  api::http::Server server_;
};

}  // namespace troupe::tools
