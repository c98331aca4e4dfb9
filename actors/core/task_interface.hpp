#pragma once

/// The network interface of a task in mode awsvpc, where the control plane has to
/// name it: agents of ECS are told the addresses that a task is to have. Agents of ours say the
/// addresses that it has.

#include "actors/core/records/task.hpp"
#include "actors/core/result.hpp"

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

/// What a host says of an interface that its runtime made: `privateIPv4Address` and `macAddress`.
/// InvalidParameterException for any other name, and for a value that is no such address.
Result<void> check_details(const std::vector<KeyValuePair>& details);

/// The interface with what its host says of it. @pre check_details
TaskInterface as_said(TaskInterface interface, const std::vector<KeyValuePair>& details);

/// As they stand in the details of the task's attachment.
std::vector<KeyValuePair> details_of(const TaskInterface& interface);

/// "arn:aws:ecs:REGION:ACCOUNT:attachment/ID"
std::string attachment_arn(const Realm& realm, const std::string& attachment);

}  // namespace troupe::core
