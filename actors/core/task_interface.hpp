#pragma once

/// The network interface of a task in mode awsvpc, where the control plane has to
/// name it: agents of ECS are told the addresses that a task is to have.

#include "actors/core/records/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct TaskInterface {
  std::string attachment;  ///< Id of the task's attachment.
  std::string id;          ///< "eni-0123456789abcdef0"
  std::string mac;         ///< Locally administered.
  std::string address;     ///< IPv4, without its prefix length.
  std::string gateway;     ///< IPv4 with the prefix length of the subnet.
  std::string dns_name;
};

/// Absent for a task without an interface of its own. The same task always gets the
/// same: everything is drawn from the random id of its attachment, 24 bits of it into
/// the address, so two of the hundred tasks of an instance meet once in 3,400 instances.
std::optional<TaskInterface> task_interface(const Task& task);

/// As they stand in the details of the task's attachment.
std::vector<KeyValuePair> details_of(const TaskInterface& interface);

/// "arn:aws:ecs:REGION:ACCOUNT:attachment/ID"
std::string attachment_arn(const Realm& realm, const std::string& attachment);

}  // namespace troupe::core
