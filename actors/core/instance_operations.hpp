#pragma once

/// Operations on container instances: their state, their deregistration, their
/// attributes.
///
/// Source: ECS API Reference, UpdateContainerInstancesState,
/// DeregisterContainerInstance, PutAttributes, DeleteAttributes, ListAttributes.

#include "actors/core/queries.hpp"
#include "actors/core/service_commands.hpp"
#include "actors/core/stamp.hpp"

#include <map>
#include <vector>

namespace troupe::core {

/// Checks that need no instance.
Result<void> check(const UpdateContainerInstancesState& command);

/// ACTIVE or DRAINING; refused with reason INACTIVE when it was deregistered.
Result<ContainerInstance> set_status(const ContainerInstance& known, InstanceStatus status,
                                     const Stamp& stamp);

/// INACTIVE. Refused while it has tasks, unless it is forced.
Result<ContainerInstance> deregister(const ContainerInstance& known, bool has_tasks, bool force,
                                     const Stamp& stamp);

/// The attributes of a command by the instance that each is for.
/// TargetNotFoundException when one is for none.
using AttributesByInstance = std::map<InstanceId, std::vector<Attribute>>;
Result<AttributesByInstance> sort_by_target(const Realm& realm, const std::string& cluster,
                                            const InstanceMap& instances,
                                            const std::vector<Attribute>& attributes);

/// AttributeLimitExceededException when it had more than 10 custom ones.
Result<ContainerInstance> put_attributes(const ContainerInstance& known,
                                         const std::vector<Attribute>& attributes, const Stamp& stamp);
Result<ContainerInstance> delete_attributes(const ContainerInstance& known,
                                            const std::vector<Attribute>& attributes, const Stamp& stamp);

/// Of all instances that are not INACTIVE, in order of instance and name.
AttributesReply list_attributes(const Realm& realm, const std::string& cluster, const InstanceMap& instances,
                                const ListAttributes& query);

}  // namespace troupe::core
