#pragma once

/// What exists on one simulated host, behind one lock. The runtime is its face;
/// what is planned on the timeline holds it weakly, so a runtime may go first.

#include "runtime/simulated/simulated_network.hpp"
#include "runtime/simulated/simulated_runtime.hpp"

#include <mutex>
#include <unordered_map>

namespace troupe::runtime {

class SimulatedRuntime::World : public std::enable_shared_from_this<World> {
 public:
  explicit World(SimulatedOptions options);

  void set_script(const std::string& reference, ImageScript script);
  Result<void> finish(const std::string& id, const Exit& exit);
  [[nodiscard]] Timeline& timeline() { return *timeline_; }

  Result<Image> pull(const PullRequest& request);
  Result<Image> find_image(const std::string& reference) const;
  std::vector<Image> list_images() const;
  Result<void> remove_image(const std::string& reference);

  Result<Sandbox> create_sandbox(const SandboxSpec& spec);
  Result<void> release_sandbox(const std::string& id);
  void remove_sandbox(const std::string& id);
  std::vector<Sandbox> list_sandboxes() const;
  Result<Isolation> isolation_of(const std::string& sandbox) const;

  Result<void> create(const ContainerSpec& spec);
  Result<ContainerStatus> start(const std::string& id);
  Result<void> signal(const std::string& id, int signal_number);
  void remove(const std::string& id);
  Result<ContainerStatus> status(const std::string& id) const;
  std::vector<ContainerStatus> list() const;
  void watch(std::function<void(const ContainerExited&)> on_exit);
  Result<Stats> stats(const std::string& id) const;
  Result<ExecResult> exec(const std::string& id, const ExecRequest& request) const;

 private:
  enum class Step : std::uint8_t { pull, create, start };

  // One image that was asked for: its script, and what is used up of it.
  struct ImageEntry {
    ImageScript script;
    unsigned failures[3] = {0, 0, 0};  // By Step.
    unsigned containers = 0;
    bool pulled = false;
    Time pulled_at{};
  };
  using Images = std::map<std::string, ImageEntry>;

  struct Container {
    std::string sandbox;
    Images::iterator image;  // Never erased while containers use it.
    ContainerState state = ContainerState::created;
    int pid = 0;
    Time created_at{};
    Time started_at{};
    Exit exit;
    std::uint64_t memory_limit_bytes = 0;
    std::string labels;  // Packed: name, NUL, value, NUL, …
  };
  using Containers = std::unordered_map<std::string, Container>;

  // Equal references give equal digests, everywhere and always.
  static std::string digest_of(const std::string& reference);
  Images::iterator image_of(const std::string& reference);
  std::optional<Failure> next_failure(ImageEntry& image, Step step);
  [[nodiscard]] Image describe(const std::string& reference, const ImageEntry& image) const;
  [[nodiscard]] ContainerStatus describe(const std::string& id, const Container& container) const;
  [[nodiscard]] Failure unknown(const std::string& id) const;
  void plan_exit(const std::string& id, int pid, std::chrono::milliseconds delay, Exit exit);
  void end(const std::string& id, int pid, const Exit& exit);
  void tell(const std::string& id, const Exit& exit);

  std::shared_ptr<Timeline> timeline_;
  mutable std::mutex mutex_;
  ImageScript otherwise_;
  Images images_;
  std::map<std::string, SimulatedSandbox> sandboxes_;
  SimulatedNetwork network_;
  Containers containers_;
  int next_pid_ = 1000;
  std::vector<std::function<void(const ContainerExited&)>> watchers_;
};

}  // namespace troupe::runtime
