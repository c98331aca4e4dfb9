/// What goes into a question.

#include "api/operations/operation.hpp"

namespace troupe::api::operations {

Question ask_registry(core::RegistryCommand command) {
  return AskRegistry{std::make_shared<const core::RegistryCommand>(std::move(command))};
}

Question ask_cluster(const std::optional<std::string>& cluster, core::ClusterCommand command) {
  return AskCluster{cluster.value_or(""), std::make_shared<const core::ClusterCommand>(std::move(command))};
}

}  // namespace troupe::api::operations
