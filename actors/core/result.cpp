/// The names of the ECS exceptions, in one table.

#include "actors/core/result.hpp"

#include <array>

namespace troupe::core {
namespace {

/// In the order of ErrorCode.
constexpr std::array names{
    "AccessDeniedException",
    "AttributeLimitExceededException",
    "BlockedException",
    "ClientException",
    "ClusterContainsCapacityProviderException",
    "ClusterContainsContainerInstancesException",
    "ClusterContainsServicesException",
    "ClusterContainsTasksException",
    "ClusterNotFoundException",
    "ConflictException",
    "InvalidParameterException",
    "LimitExceededException",
    "MissingVersionException",
    "NamespaceNotFoundException",
    "NoUpdateAvailableException",
    "PlatformTaskDefinitionIncompatibilityException",
    "PlatformUnknownException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "SerializationException",
    "ServerException",
    "ServiceDeploymentNotFoundException",
    "ServiceNotActiveException",
    "ServiceNotFoundException",
    "TargetNotConnectedException",
    "TargetNotFoundException",
    "TaskSetNotFoundException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnsupportedFeatureException",
    "UpdateInProgressException",
};
static_assert(names.size() == static_cast<std::size_t>(ErrorCode::update_in_progress) + 1);

}  // namespace

const char* exception_name(ErrorCode code) {
  return names.at(static_cast<std::size_t>(code));
}

}  // namespace troupe::core
