#pragma once

/// How one host behaves: every option with its meaning, unit and default.

#include "actors/core/ids.hpp"
#include "actors/core/records/container_instance.hpp"
#include "actors/core/records/task.hpp"
#include "actors/core/shapes/resources.hpp"
#include "runtime/container_runtime.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace troupe::node {

/// When a registry is asked. Source: ECS Developer Guide,
/// "ECS_IMAGE_PULL_BEHAVIOR".
enum class PullBehavior : std::uint8_t {
  /// Only when the image is not on this host. Not the agent's default: a host of
  /// one's own has images that no registry knows, and a start is to cost
  /// milliseconds.
  prefer_cached,
  /// Each time; the image on this host serves when the registry fails.
  refresh,
  /// Each time, and a failure is a failure.
  always,
};

/// Whom to be at a registry; `server` as it begins a reference: "host:5000",
/// "docker.io".
struct RegistryLogin {
  std::string server;
  runtime::RegistryCredentials credentials;
};

struct NodeOptions {
  /// The cluster to join, by name.
  std::string cluster = "default";
  /// Part of the ARNs that containers are told.
  core::Realm realm;
  /// The host's own name; empty: its hostname.
  std::string host_id;
  /// Value of the attribute ecs.availability-zone; empty: the region and "a".
  std::string availability_zone;
  /// Where this node keeps its identity. Empty: nothing is kept, and each start
  /// is a new instance.
  std::string data_directory;
  /// What the host offers; absent: what it has. CPU units are 1024 a core.
  std::optional<std::int64_t> cpu_units;
  std::optional<std::int64_t> memory_mib;
  /// Host ports that tasks may not have: SSH, Docker, the container agent.
  std::vector<std::uint16_t> reserved_tcp_ports{22, 2375, 2376, 51678, 51679, 51680};
  /// Whose tasks the host takes; anything with FARGATE needs a runtime that gives a task a user namespace of
  /// its own and bounds what it writes.
  core::CapacityUse capacity = core::CapacityUse::instances;
  /// Custom attributes and tags to register with.
  std::vector<core::Attribute> attributes;
  std::vector<core::Tag> tags;
  /// "http://169.254.170.2"; empty: tasks have no metadata endpoint.
  std::string metadata_base;
  /// "/v2/credentials/ID" where containers of the task find what its role may sign with; "" for
  /// a task without a role. Asked when the task is planned, from any thread. Empty: no task has
  /// credentials.
  std::function<std::string(const core::Task& task)> credentials_path;
  /// Told when a task has ended here, from any thread. May be empty.
  std::function<void(const core::TaskId& task)> task_ended;

  /// Calls of the runtime at a time; 0: twice the cores.
  std::size_t workers = 0;
  /// Pulls at a time. They have threads of their own, so that a slow registry
  /// never holds up a start.
  std::size_t pull_workers = 4;
  /// Health checks at a time.
  std::size_t probe_workers = 4;
  /// Threads that look at what containers use; 0: those that call the runtime, for
  /// processes of many hosts.
  std::size_t sample_workers = 1;

  PullBehavior pull_behavior = PullBehavior::prefer_cached;
  std::chrono::seconds pull_deadline{600};
  std::vector<RegistryLogin> registry_logins;

  /// The control plane counts a silent agent as disconnected after a minute.
  std::chrono::milliseconds heartbeat_interval{15'000};
  /// Between two looks at what the containers use; 0: nobody looks.
  std::chrono::milliseconds usage_interval{10'000};
  /// Between attempts to register: doubles from the first to the last.
  std::chrono::milliseconds reconnect_delay_min{500};
  std::chrono::milliseconds reconnect_delay_max{30'000};
  /// A registration that is not answered is tried again after this.
  std::chrono::milliseconds register_deadline{10'000};
  /// How long logs and exit codes of a stopped task stay on the host.
  std::chrono::milliseconds stopped_task_retention = std::chrono::hours{1};
  /// At most so many stopped tasks are kept; the oldest go first.
  std::size_t stopped_tasks_max = 500;
};

}  // namespace troupe::node
