#pragma once

/// What agents ask through the API: registration of their host, and what became
/// of the tasks on it. One struct for each operation, in the manner of commands.hpp.
///
/// `caller` is who signed the request; what it may say is in agent_identity.hpp.
///
/// Source: ECS API Reference, "Actions".

#include "actors/core/principal.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::core {

/// What an agent says of its host when it registers.
struct Registration {
  std::string host_id;
  VersionInfo version_info;
  Capacity capacity;
  std::vector<Attribute> attributes;
  std::vector<Tag> tags;
};

/// `instance` is given when the host was registered before. The same
/// `client_token` is the same registration again.
struct RegisterContainerInstance {
  std::string instance;  ///< ARN; empty: none yet.
  std::string client_token;
  Registration said;
  Principal caller;
};

struct UpdateContainerAgent {
  std::string instance;
};

struct SubmittedContainer {
  std::string name;
  std::string status;
  std::string runtime_id;
  std::optional<std::int32_t> exit_code;
  std::string reason;
  std::string image_digest;
  std::vector<NetworkBinding> bindings;
};

/// `details` is what the host's runtime gave the attachment, in the words of an attachment's details; only
/// our own agents say any.
struct SubmittedAttachment {
  std::string arn;
  std::string status;
  std::vector<KeyValuePair> details{};
};

/// SubmitTaskStateChange, and SubmitContainerStateChange as one container and no
/// status. `containers` are applied in their order, also under a status that lags.
struct SubmitTaskState {
  std::string task;
  std::string status;  ///< Empty: nothing is said of the task itself.
  std::string reason;
  std::vector<SubmittedContainer> containers;
  std::vector<SubmittedAttachment> attachments;
  std::optional<Time> pull_started_at;
  std::optional<Time> pull_stopped_at;
  std::optional<Time> execution_stopped_at;
  Principal caller;
};

struct SubmitAttachmentStates {
  std::vector<SubmittedAttachment> attachments;
  Principal caller;
};

/// One alternative of ClusterCommand.
using AgentCommand =
    std::variant<RegisterContainerInstance, UpdateContainerAgent, SubmitTaskState, SubmitAttachmentStates>;

/// The answer to what an agent submits: it is kept, or was known.
struct Acknowledged {};

}  // namespace troupe::core
