#pragma once

/// A runtime of a test's own on the engine of this program: its data directory, its
/// control group, its sandboxes. At its end nothing of it is left with the engine.

#include "runtime/docker/docker_runtime.hpp"
#include "tests/docker/engine_process.hpp"

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
  [[nodiscard]] std::string unique() const { return directory_.substr(directory_.size() - 6); }

  runtime::SandboxSpec sandbox_spec(const std::string& id = "s") const;
  runtime::ContainerSpec shell(const std::string& id, const std::string& script) const;

  struct Ended {
    runtime::Exit exit;
    std::string out;
    std::string err;
  };
  /// Creates, starts, and waits for the end; a failure is its exit code -1 and its text.
  Ended run(const runtime::ContainerSpec& spec);
  std::optional<runtime::Exit> wait(const std::string& id,
                                    std::chrono::milliseconds deadline = std::chrono::seconds(20));
  int reports(const std::string& id);
  /// Ends that were reported so far do not count any more.
  void forget();
  Ended logs(const std::string& id, const std::string& sandbox = "s");
  /// Pulls an image of busybox with further layers and settings; gives its reference.
  std::string image(const std::string& tag, const std::function<void(struct ImageDescription&)>& change);

 private:
  void check_nothing_left();

  std::string directory_;
  std::string cgroup_parent_;
  std::string busybox_;
  std::unique_ptr<runtime::ContainerRuntime> runtime_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, std::vector<runtime::Exit>> exits_;
};

/// A test with a World in which sandbox "s" is there.
class DockerTest : public ::testing::Test {
 protected:
  void SetUp() override;
  World world_;
};

}  // namespace troupe::testing
