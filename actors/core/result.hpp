#pragma once

/// Refusals of the core: an ECS exception name and its text, as a value.
///
/// `Error` is what the caller caused and can read; failures of our own machinery
/// are not errors of the core. Source: ECS API Reference, "Common Errors" and
/// the errors of each action.

#include <boost/system/result.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace troupe::core {

/// The exceptions of the ECS API that a caller can be given.
enum class ErrorCode : std::uint8_t {
  access_denied,
  attribute_limit_exceeded,
  blocked,
  client,
  cluster_contains_capacity_provider,
  cluster_contains_container_instances,
  cluster_contains_services,
  cluster_contains_tasks,
  cluster_not_found,
  conflict,
  invalid_parameter,
  limit_exceeded,
  missing_version,
  namespace_not_found,
  no_update_available,
  platform_task_definition_incompatibility,
  platform_unknown,
  resource_in_use,
  resource_not_found,
  serialization,
  server,
  service_deployment_not_found,
  service_not_active,
  service_not_found,
  target_not_connected,
  target_not_found,
  task_set_not_found,
  throttling,
  unknown_operation,
  unsupported_feature,
  update_in_progress,
};

/// The name on the wire: "ClusterNotFoundException".
const char* exception_name(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::client;
  std::string message;
};

/// Lets `Result::value()` name `Error`; calling it on an error is a bug.
[[noreturn]] inline void throw_exception_from_error(const Error& /*error*/,
                                                    const boost::source_location& /*where*/) {
  std::abort();
}

template <class T>
using Result = boost::system::result<T, Error>;

inline Error invalid_parameter(std::string message) {
  return {ErrorCode::invalid_parameter, std::move(message)};
}
inline Error client_error(std::string message) {
  return {ErrorCode::client, std::move(message)};
}

}  // namespace troupe::core
