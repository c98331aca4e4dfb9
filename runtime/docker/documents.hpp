#pragma once

/// The bodies of `POST /containers/create`, made from what the port asks for. Pure.

#include "runtime/container_runtime.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace troupe::runtime::docker {

/// Labels by which what is ours is known among all that the engine has.
inline constexpr const char* label_owner = "io.troupe.owner";          ///< Of one data directory.
inline constexpr const char* label_container = "io.troupe.container";  ///< The port's id.
inline constexpr const char* label_pause = "io.troupe.pause";          ///< The sandbox's id.

/// What a container is made of, found before it is made.
struct ContainerParts {
  std::string owner;
  std::string image_id;
  ImageConfig image;
  std::string network_mode;               ///< "host" or "container:ID"
  std::string holder;                     ///< Whose pid and IPC namespaces are shared.
  std::string cgroup_parent;              ///< Empty: the engine's own.
  std::vector<Mount> files;               ///< /etc/hosts and others, mounted unless the caller has his own.
  std::vector<std::string> volumes_from;  ///< "ENGINE_ID" or "ENGINE_ID:ro"
  bool is_podman = false;
};

struct PauseParts {
  std::string owner;
  std::string sandbox;
  std::string image;
  std::string network_mode;  ///< "none" or the name of a network.
  std::string cgroup_parent;
  std::string hostname;
  std::vector<PortBinding> ports;
  bool shares_ipc = false;
};

/// invalid: there is nothing to run, or an option that no engine would take.
Result<boost::json::object> container_document(const ContainerSpec& spec, const ContainerParts& parts);
boost::json::object pause_document(const PauseParts& parts);

}  // namespace troupe::runtime::docker
