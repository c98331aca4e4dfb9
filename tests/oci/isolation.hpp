#pragma once

/// A world for sandboxes that are set further apart: each has an address of its own,
/// and its containers are on the network "task".

#include "tests/oci/world.hpp"

#include <string>

namespace troupe::testing {

class Isolation : public ::testing::Test {
 protected:
  enum class Users { own, the_hosts };

  /// `storage_bytes` 0: not limited. Its volume is called ID-vol.
  runtime::SandboxSpec sandbox(const std::string& id, Users users, std::uint64_t storage_bytes = 0) const;
  runtime::Sandbox make(const std::string& id, Users users, std::uint64_t storage_bytes = 0,
                        bool share_namespaces = false);
  runtime::ContainerSpec container(const std::string& id, const std::string& script,
                                   const std::string& sandbox = "s") const;
  void start(const runtime::ContainerSpec& spec);
  /// The host's number of the root user in a running container.
  std::uint32_t first_id(const std::string& container);
  [[nodiscard]] std::string data() const { return world_.directory() + "/data"; }
  /// Whether somebody listens there.
  static bool connects(const std::string& address, std::uint16_t port);
  /// Runs `work` with an adapter in a process of its own and kills that process.
  void in_killed_process(const std::function<bool(runtime::ContainerRuntime&)>& work);

  World world_;
};

}  // namespace troupe::testing
