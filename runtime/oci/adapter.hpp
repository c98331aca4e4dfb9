#pragma once

/// The ContainerRuntime made of the parts in this folder. It owns the records of
/// all sandboxes and containers; the parts own nothing of each other.
///
/// Locks: `mutex_` guards the maps and is never held while something is run,
/// mounted or waited for. Two operations on one container exclude each other by
/// the `busy_` set.

#include "runtime/oci/cgroups.hpp"
#include "runtime/oci/exit_watcher.hpp"
#include "runtime/oci/launcher.hpp"
#include "runtime/oci/layout.hpp"
#include "runtime/oci/oci_runtime.hpp"
#include "runtime/oci/overlay.hpp"
#include "runtime/oci/records.hpp"
#include "runtime/oci/seccomp.hpp"
#include "runtime/oci/storage.hpp"
#include "runtime/oci/volumes.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace troupe::runtime::oci {

class Adapter final : public ContainerRuntime {
 public:
  static Result<std::unique_ptr<ContainerRuntime>> open(const OciOptions& options);
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
  /// Marks a container or sandbox as being worked on, waiting for who is at it.
  class Claim;
  /// What a container is made from, found before anything is made.
  struct Ingredients {
    Image image;
    std::vector<std::string> layers;
    SandboxRecord sandbox;
    AttachedNetwork network;
    std::shared_ptr<const Storage> storage;  ///< Where the sandbox's is limited.
  };
  /// One directory: as this process sees it, and in the monitor's private mounts.
  struct Place {
    std::string here;
    std::string there;
  };
  struct AccountFiles {
    std::string passwd;
    std::string group;
  };

  Adapter(OciOptions options, Cgroups cgroups, Launcher launcher, SeccompProfile seccomp);

  // adapter.cpp: opening, and taking over what an earlier process left.
  Result<void> prepare_directories();
  Result<void> recover();
  Result<void> recover_sandboxes();
  Result<void> recover_container(const std::string& id);
  void recover_running(ContainerRecord record);
  void remove_strays();
  void prune_images();
  bool is_needed(const Image& image);

  // create.cpp
  Result<Ingredients> gather(const ContainerSpec& spec);
  Result<void> make(const ContainerSpec& spec, const Ingredients& from, ContainerRecord& record);
  Result<Bundle> plan(const ContainerSpec& spec, const Ingredients& from, ContainerRecord& record);
  Result<void> plan_process(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle);
  void plan_seccomp(Bundle& bundle);
  [[nodiscard]] static std::string filter_key(const Bundle& bundle);
  Result<void> plan_namespaces(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle);
  Result<void> plan_mounts(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle);
  Result<BindMount> plan_bind(const Mount& mount);
  Result<BindMount> plan_named(const Mount& mount, const Ingredients& from);
  Result<void> plan_volumes(const ContainerSpec& spec, const Ingredients& from,
                            std::vector<BindMount>& mounts);
  Result<void> write_etc_files(const ContainerSpec& spec, const Ingredients& from, Bundle& bundle);
  Result<void> launch(const Bundle& bundle, const Launch& launch, ContainerRecord& record);
  Result<void> make_container_directories(const std::string& id, const Ingredients& from) const;
  [[nodiscard]] Result<std::vector<std::string>> layers_of(const Image& image) const;
  Result<AccountFiles> account_files(const Ingredients& from);
  [[nodiscard]] ImageRoot image_root(const Ingredients& from) const;

  // isolation.cpp
  Result<void> isolate(const SandboxSpec& spec, SandboxRecord& record);
  Result<std::uint32_t> take_ids();
  Result<void> free_isolation(const SandboxRecord& record);
  Result<std::shared_ptr<const Storage>> storage_of(const SandboxRecord& sandbox);
  void forget_storage(const std::string& sandbox);
  std::shared_ptr<const Storage> held_storage(const std::string& sandbox);
  [[nodiscard]] Place writable_of(const std::string& id, const SandboxRecord& sandbox,
                                  const Storage* storage) const;
  [[nodiscard]] Place volume_of(const std::string& name, const SandboxRecord& sandbox,
                                const Storage& storage) const;
  Result<void> remove_written(const ContainerRecord& record);
  [[nodiscard]] std::optional<UserNamespace> user_namespace_of(const SandboxRecord& sandbox) const;
  Result<ContainerMounts> mounts_of(const ContainerRecord& record, const SandboxRecord& sandbox,
                                    const Storage* storage, const Image& image) const;
  [[nodiscard]] ContainerMounts pause_mounts(const ContainerRecord& record) const;

  // sandboxes.cpp
  Result<void> build_sandbox(const SandboxSpec& spec, SandboxRecord& record);
  Result<void> start_pause(const SandboxSpec& spec, const SandboxRecord& sandbox);
  Result<SandboxRecord> find_sandbox(const std::string& id);
  Result<void> dismantle_sandbox(const SandboxRecord& record);
  [[nodiscard]] std::string sandbox_group(const std::string& sandbox) const;
  [[nodiscard]] static std::string pause_id(const std::string& sandbox) { return sandbox + ".pause"; }

  // restart.cpp
  Result<void> restart_claimed(const ContainerRecord& ended);
  Result<void> end_run(const ContainerRecord& record);
  Result<void> run_again(const ContainerRecord& ended);
  Result<void> take_back_restart(const ContainerRecord& ended);
  Result<void> undo_restart(const ContainerRecord& ended);
  Result<void> recover_restart(ContainerRecord& record);

  // release.cpp
  Result<void> release_container(const ContainerRecord& record);
  Result<void> release_shared(const SandboxRecord& record);
  Result<void> release_isolation(const SandboxRecord& record);

  // lifecycle.cpp
  Result<void> start_claimed(const std::string& id);
  Result<void> dismantle(const ContainerRecord& record);
  void end_conmon(const ContainerRecord& record);
  void settle_exit(const std::string& id);
  void conmon_ended(const std::string& id);
  [[nodiscard]] std::optional<Exit> read_exit(const ContainerRecord& record) const;
  Result<void> store(const ContainerRecord& record);
  Result<ContainerRecord> find(const std::string& id);
  [[nodiscard]] static ContainerStatus status_of(const ContainerRecord& record);

  OciOptions options_;
  Layout layout_;
  Descriptor lock_;
  std::string boot_id_;
  std::uint64_t bounding_set_;
  Cgroups cgroups_;
  Launcher launcher_;
  SeccompProfile seccomp_;
  CompiledFilters filters_;
  Volumes volumes_;
  std::unique_ptr<ImageStore> images_;
  Result<std::unique_ptr<Networks>> networks_;  ///< Its failure matters only to sandboxes that need one.

  std::mutex mutex_;
  std::condition_variable freed_;
  std::map<std::string, ContainerRecord> containers_;
  std::map<std::string, SandboxRecord> sandboxes_;
  std::map<std::string, std::shared_ptr<const Storage>> storages_;  ///< By sandbox; opened when needed.
  std::set<std::uint32_t> taken_ids_;                               ///< The first of each range.
  std::set<std::string> busy_;
  std::map<std::string, AccountFiles> accounts_;  ///< By image digest: images do not change.
  std::function<void(const ContainerExited&)> on_exit_;

  std::unique_ptr<ExitWatcher> watcher_;  ///< Last: its thread uses everything above.
};

/// invalid unless it matches [A-Za-z0-9_.-]{1,128} and is no "." or "..".
Result<void> check_id(const std::string& id);

}  // namespace troupe::runtime::oci
