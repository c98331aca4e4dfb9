#pragma once

/// A runtime of a test's own: data directory, control group and one image with
/// busybox. At its end it checks that nothing of it is left on the host.

#include "runtime/oci/oci_runtime.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::testing {

/// True as soon as `condition` holds, asked every few milliseconds; false after `deadline`.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds deadline = std::chrono::seconds(10));

/// The text of a file; empty when it cannot be read.
std::string text_of(const std::string& path);

/// Pids of processes whose command line or mount table mentions `text`.
std::vector<int> processes_with(const std::string& text);

/// Loop devices whose file is below a directory, also when it is deleted.
std::vector<std::string> loop_devices_of(const std::string& directory);

class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// A new adapter on the same directory; the old one must be gone.
  void open();
  void close();
  /// A second one beside it.
  [[nodiscard]] runtime::Result<std::unique_ptr<runtime::ContainerRuntime>> try_open() const;

  [[nodiscard]] runtime::ContainerRuntime& runtime() { return *runtime_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] runtime::OciOptions options() const;
  /// Different for each world.
  [[nodiscard]] std::string unique() const { return directory_.substr(directory_.size() - 6); }
  /// Ends that were reported so far do not count any more.
  void forget();
  [[nodiscard]] const std::string& cgroup_parent() const { return cgroup_parent_; }

  /// A sandbox "s" with the host's network, called "host".
  runtime::SandboxSpec sandbox_spec(const std::string& id = "s") const;
  /// A container of sandbox "s" that runs a shell script.
  runtime::ContainerSpec shell(const std::string& id, const std::string& script) const;

  struct Ended {
    runtime::Exit exit;
    std::string out;  ///< What it wrote to standard output.
    std::string err;
  };
  /// Creates, starts, and waits for the end; a failure is its exit code -1 and its text.
  Ended run(const runtime::ContainerSpec& spec);
  /// Waits for the end that watch() reports.
  std::optional<runtime::Exit> wait(const std::string& id,
                                    std::chrono::milliseconds deadline = std::chrono::seconds(20));
  /// How often watch() reported this container.
  int reports(const std::string& id);
  Ended logs(const std::string& id, const std::string& sandbox = "s");
  /// Pulls an image of busybox with further layers and settings; gives its reference.
  std::string image(const std::string& tag, const std::function<void(struct ImageDescription&)>& change);

 private:
  void check_nothing_left();

  std::string directory_;
  std::string cgroup_parent_;
  std::unique_ptr<runtime::ContainerRuntime> runtime_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, std::vector<runtime::Exit>> exits_;
};

/// A test with a World in which sandbox "s" is there.
class OciTest : public ::testing::Test {
 protected:
  void SetUp() override;
  World world_;
};

}  // namespace troupe::testing
