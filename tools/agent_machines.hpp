#pragma once

/// Machines that are `troupe agent` processes on this host, each in a network namespace of its own
/// on one bridge, with a data directory that lasts as long as it does. They outlive the server:
/// its next start finds them again.

#include "config/machine_groups.hpp"
#include "runtime/machines.hpp"
#include "runtime/process/files.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace troupe::tools {

struct AgentMachinesOptions {
  std::string directory;  ///< Where each machine has a directory.
  std::vector<config::MachineGroupEntry> groups;
  std::string prefix;      ///< "10.216.0": the bridge has .1 of it.
  std::uint16_t port = 0;  ///< At which the server listens on the bridge.
  /// A token with which a host joins the cluster; or why there is none.
  std::function<runtime::Result<std::string>(const std::string& cluster)> token;
  std::function<std::uint64_t()> chance;
};

class AgentMachines final : public runtime::Machines {
 public:
  explicit AgentMachines(AgentMachinesOptions options) : options_(std::move(options)) {}

  /// The bridge; harmless when it is there.
  static runtime::Result<void> make_bridge(const std::string& prefix);
  /// "10.216.0.1", where the server is to listen.
  static std::string bridge_address(const std::string& prefix);

  [[nodiscard]] std::optional<runtime::MachineGroup> find_group(const std::string& name) const override;
  runtime::Result<runtime::Machine> start(const runtime::MachineOrder& order) override;
  runtime::Result<void> end(const std::string& machine) override;
  std::vector<runtime::Machine> list() override;

 private:
  /// What is kept of each, in DIRECTORY/NAME/machine.
  struct Kept {
    runtime::Machine machine;
    std::string address;
    int pid = -1;
  };

  [[nodiscard]] std::string home_of(const std::string& machine) const;
  [[nodiscard]] std::vector<Kept> all() const;
  [[nodiscard]] std::optional<Kept> read(const std::string& machine) const;
  [[nodiscard]] bool runs(const Kept& kept) const;
  runtime::Result<void> plug_in(const Kept& kept) const;
  runtime::Result<int> launch(const Kept& kept, const runtime::MachineOrder& order,
                              const std::string& token) const;
  [[nodiscard]] std::vector<std::string> arguments_of(const Kept& kept,
                                                      const runtime::MachineOrder& order) const;
  void take_down(const Kept& kept) const;

  AgentMachinesOptions options_;
};

}  // namespace troupe::tools
