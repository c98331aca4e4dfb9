#pragma once

/// The ContainerRuntime over the Engine API. It owns the records of sandboxes and
/// containers; the engine owns everything else.
///
/// Locks: `mutex_` guards the maps and is never held while the engine is asked. Two
/// operations on one container or sandbox exclude each other by the `busy_` set.

#include "runtime/docker/docker_runtime.hpp"
#include "runtime/docker/documents.hpp"
#include "runtime/docker/engine.hpp"
#include "runtime/docker/event_watch.hpp"
#include "runtime/docker/images.hpp"
#include "runtime/docker/metadata_rules.hpp"
#include "runtime/docker/records.hpp"
#include "runtime/oci/cgroups.hpp"
#include "runtime/oci/layout.hpp"
#include "runtime/process/files.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace troupe::runtime::docker {

class Adapter final : public ContainerRuntime {
 public:
  static Result<std::unique_ptr<ContainerRuntime>> open(const DockerOptions& options);
  ~Adapter() override;

  [[nodiscard]] RuntimeInfo info() const override;
  Result<Image> pull(const PullRequest& request) override;
  Result<Image> find_image(const std::string& reference) override;
  Result<std::vector<Image>> list_images() override;
  Result<void> remove_image(const std::string& reference) override;

  Result<Sandbox> create_sandbox(const SandboxSpec& spec) override;
  Result<void> release_sandbox(const std::string& id) override;
  Result<void> remove_sandbox(const std::string& id) override;
  Result<std::vector<Sandbox>> list_sandboxes() override;

  Result<void> create(const ContainerSpec& spec) override;
  Result<ContainerStatus> start(const std::string& id) override;
  Result<void> signal(const std::string& id, int signal_number) override;
  Result<void> remove(const std::string& id) override;
  Result<ContainerStatus> status(const std::string& id) override;
  Result<std::vector<ContainerStatus>> list() override;
  void watch(std::function<void(const ContainerExited&)> on_exit) override;
  Result<void> serve_metadata(std::uint16_t port) override;
  Result<void> dismantle() override;
  Result<Stats> stats(const std::string& id) override;
  Result<ExecResult> exec(const std::string& id, const ExecRequest& request) override;

 private:
  /// Marks a container, sandbox or image as being worked on, waiting for who is at it.
  class Claim {
   public:
    Claim(Adapter& adapter, std::string name);
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    Adapter& adapter_;
    std::string name_;
  };

  Adapter(const DockerOptions& options, Engine engine, oci::Cgroups cgroups);

  // adapter.cpp
  Result<void> prepare_directories();
  Result<SandboxEntry> find_sandbox(const std::string& id);
  Result<ContainerEntry> find(const std::string& id);
  std::vector<ContainerEntry> containers_of(const std::string& sandbox);

  // recovery.cpp: what an earlier process left.
  Result<void> recover();
  Result<void> recover_containers();
  Result<void> recover_container(ContainerEntry entry);
  Result<void> remove_strays();

  // sandboxes.cpp
  Result<void> build_sandbox(const SandboxSpec& spec, SandboxEntry& entry);
  Result<void> start_pause(const SandboxSpec& spec, std::size_t index, SandboxEntry& entry);
  Result<void> free_sandbox(const SandboxEntry& entry);
  Result<void> ensure_network();
  [[nodiscard]] bool sets_limits() const { return engine_.facts().cgroup_driver == "cgroupfs"; }
  [[nodiscard]] std::string sandbox_group(const std::string& sandbox) const;
  [[nodiscard]] std::string network_name() const { return "troupe-" + owner_; }

  // create.cpp
  Result<ContainerParts> gather(const ContainerSpec& spec, const SandboxEntry& sandbox,
                                const Network& network);
  Result<void> write_etc_files(const ContainerSpec& spec, const Network& network, ContainerParts& parts);

  // lifecycle.cpp
  Result<void> start_claimed(const std::string& id);
  Result<void> note_start(const std::string& id);
  Result<void> link_log(ContainerEntry& entry, const std::string& engine_path);
  void settle(const std::string& id);
  void settle_all();
  void note_exit(const std::string& id, const boost::json::value& inspected);
  Result<void> remove_claimed(const ContainerEntry& entry);
  Result<void> kill_and_settle(const ContainerEntry& entry);
  Result<void> store(const ContainerEntry& entry);
  [[nodiscard]] Result<boost::json::value> inspect(const std::string& engine_id) const;
  [[nodiscard]] ContainerStatus status_of(const ContainerEntry& entry) const;

  // observe.cpp
  int pid_of(const std::string& id);
  Result<Stats> stats_of_engine(const ContainerEntry& entry);

  // release.cpp
  Result<void> release_container(const ContainerEntry& entry);
  Result<void> keep_log(const ContainerEntry& entry);

  DockerOptions options_;
  oci::Layout layout_;
  Engine engine_;
  oci::Cgroups cgroups_;
  EngineImages images_;
  Descriptor lock_;
  std::string owner_;  ///< Eight hex digits: this data directory among all of the engine's users.

  std::mutex mutex_;
  std::condition_variable freed_;
  std::map<std::string, ContainerEntry> containers_;
  std::map<std::string, SandboxEntry> sandboxes_;
  std::map<std::string, int> pids_;                  ///< Of what runs.
  std::map<std::string, std::string> by_engine_id_;  ///< The engine's id → ours.
  std::set<std::string> out_of_memory_;              ///< Engine ids that an `oom` event named.
  std::set<std::string> busy_;
  std::function<void(const ContainerExited&)> on_exit_;

  std::mutex network_mutex_;  ///< One at a time makes the network and its rules.
  std::unique_ptr<MetadataRules> metadata_;
  std::unique_ptr<EventWatch> watch_;  ///< Last: its thread uses everything above.
};

}  // namespace troupe::runtime::docker
