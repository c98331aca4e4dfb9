/// The names of the ECS exceptions, in one table.

#include "actors/core/result.hpp"

namespace troupe::core {

const char* exception_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::access_denied:
      return "AccessDeniedException";
    case ErrorCode::attribute_limit_exceeded:
      return "AttributeLimitExceededException";
    case ErrorCode::blocked:
      return "BlockedException";
    case ErrorCode::client:
      return "ClientException";
    case ErrorCode::cluster_contains_capacity_provider:
      return "ClusterContainsCapacityProviderException";
    case ErrorCode::cluster_contains_container_instances:
      return "ClusterContainsContainerInstancesException";
    case ErrorCode::cluster_contains_services:
      return "ClusterContainsServicesException";
    case ErrorCode::cluster_contains_tasks:
      return "ClusterContainsTasksException";
    case ErrorCode::cluster_not_found:
      return "ClusterNotFoundException";
    case ErrorCode::conflict:
      return "ConflictException";
    case ErrorCode::invalid_parameter:
      return "InvalidParameterException";
    case ErrorCode::limit_exceeded:
      return "LimitExceededException";
    case ErrorCode::missing_version:
      return "MissingVersionException";
    case ErrorCode::namespace_not_found:
      return "NamespaceNotFoundException";
    case ErrorCode::no_update_available:
      return "NoUpdateAvailableException";
    case ErrorCode::platform_task_definition_incompatibility:
      return "PlatformTaskDefinitionIncompatibilityException";
    case ErrorCode::platform_unknown:
      return "PlatformUnknownException";
    case ErrorCode::resource_in_use:
      return "ResourceInUseException";
    case ErrorCode::resource_not_found:
      return "ResourceNotFoundException";
    case ErrorCode::serialization:
      return "SerializationException";
    case ErrorCode::server:
      return "ServerException";
    case ErrorCode::service_not_active:
      return "ServiceNotActiveException";
    case ErrorCode::service_not_found:
      return "ServiceNotFoundException";
    case ErrorCode::target_not_connected:
      return "TargetNotConnectedException";
    case ErrorCode::target_not_found:
      return "TargetNotFoundException";
    case ErrorCode::task_set_not_found:
      return "TaskSetNotFoundException";
    case ErrorCode::throttling:
      return "ThrottlingException";
    case ErrorCode::unknown_operation:
      return "UnknownOperationException";
    case ErrorCode::unsupported_feature:
      return "UnsupportedFeatureException";
    case ErrorCode::update_in_progress:
      return "UpdateInProgressException";
  }
  return "ServerException";
}

}  // namespace troupe::core
