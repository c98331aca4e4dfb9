#include "tests/oci/world.hpp"

#include "runtime/process/files.hpp"
#include "tests/contract/cgroup_folders.hpp"
#include "tests/images/make_image.hpp"

#include <spdlog/spdlog.h>

#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace troupe::testing {

namespace fs = std::filesystem;
using runtime::FailureKind;

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    poll(nullptr, 0, 5);
  }
  return true;
}

std::string text_of(const std::string& path) {
  auto text = runtime::read_file(path);
  return text ? *text : std::string();
}

std::vector<int> processes_with(const std::string& text) {
  std::vector<int> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const int pid = std::atoi(entry.path().filename().c_str());
    if (pid > 0 && pid != getpid() &&
        (text_of(entry.path() / "cmdline").find(text) != std::string::npos ||
         text_of(entry.path() / "mountinfo").find(text) != std::string::npos)) {
      found.push_back(pid);
    }
  }
  return found;
}

std::vector<std::string> loop_devices_of(const std::string& directory) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/sys/block")) {
    if (text_of(entry.path() / "loop/backing_file").starts_with(directory)) {
      found.push_back(entry.path().filename());
    }
  }
  return found;
}

World::World() {
  spdlog::set_level(spdlog::level::warn);
  std::string pattern = "/tmp/troupe-oci-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    std::abort();
  }
  directory_ = pattern;
  cgroup_parent_ = "troupe-test-" + pattern.substr(pattern.size() - 6);
  open();
  image("busybox", [](ImageDescription&) {});
}

World::~World() {
  if (!runtime_) {
    open();
  }
  const auto sandboxes = runtime_->list_sandboxes();
  for (const auto& sandbox : *sandboxes) {
    const auto removed = runtime_->remove_sandbox(sandbox.id);
    EXPECT_TRUE(removed) << removed.error().message;
  }
  close();
  // Namespaces are kept ready for the next process; here there is none.
  runtime::NetworkOptions network = options().network;
  network.data_directory = directory_ + "/data/networks";
  auto networks = runtime::Networks::open(network);
  EXPECT_TRUE(networks && (*networks)->dismantle());
  networks = runtime::Failure{};
  check_nothing_left();
  EXPECT_TRUE(runtime::remove_tree(directory_));
}

runtime::OciOptions World::options() const {
  runtime::OciOptions options;
  options.data_directory = directory_ + "/data";
  options.cgroup_parent = cgroup_parent_;
  options.network.ready = 1;
  options.images.durability = runtime::Durability::cached;
  if (const char* program = std::getenv("TROUPE_TEST_RUNTIME")) {
    options.runtime_program = program;
  }
  return options;
}

void World::open() {
  auto opened = runtime::open_oci_runtime(options());
  ASSERT_TRUE(opened) << opened.error().message;
  runtime_ = std::move(*opened);
  runtime_->watch([this](const runtime::ContainerExited& exited) {
    {
      const std::lock_guard lock(mutex_);
      exits_[exited.id].push_back(exited.exit);
    }
    ended_.notify_all();
  });
}

runtime::Result<std::unique_ptr<runtime::ContainerRuntime>> World::try_open() const {
  return runtime::open_oci_runtime(options());
}

void World::close() {
  runtime_.reset();
}

runtime::SandboxSpec World::sandbox_spec(const std::string& id) const {
  runtime::SandboxSpec spec;
  spec.id = id;
  spec.networks = {{"host", runtime::NetworkKind::host, {}}};
  return spec;
}

runtime::ContainerSpec World::shell(const std::string& id, const std::string& script) const {
  runtime::ContainerSpec spec;
  spec.id = id;
  spec.sandbox = "s";
  spec.network = "host";
  spec.image = "oci:" + directory_ + "/layout:busybox";
  spec.command = {"/bin/sh", "-c", script};
  return spec;
}

World::Ended World::run(const runtime::ContainerSpec& spec) {
  if (auto created = runtime_->create(spec); !created) {
    return {{-1, false, {}}, "", created.error().message};
  }
  if (auto started = runtime_->start(spec.id); !started) {
    return {{-1, false, {}}, "", started.error().message};
  }
  const auto exit = wait(spec.id);
  Ended ended = logs(spec.id, spec.sandbox);
  ended.exit = exit.value_or(runtime::Exit{-2, false, {}});
  return ended;
}

std::optional<runtime::Exit> World::wait(const std::string& id, std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  if (!ended_.wait_for(lock, deadline, [&] { return exits_.contains(id); })) {
    return std::nullopt;
  }
  return exits_[id].back();
}

int World::reports(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(exits_[id].size());
}

void World::forget() {
  const std::lock_guard lock(mutex_);
  exits_.clear();
}

World::Ended World::logs(const std::string& id, const std::string& sandbox) {
  Ended ended;
  std::istringstream lines(text_of(directory_ + "/data/logs/" + sandbox + "/" + id + ".log"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string time;
    std::string stream;
    std::string flag;
    words >> time >> stream >> flag;
    const std::string text =
        line.substr(std::min(line.size(), time.size() + stream.size() + flag.size() + 3));
    (stream == "stderr" ? ended.err : ended.out) += text + (flag == "F" ? "\n" : "");
  }
  return ended;
}

std::string World::image(const std::string& tag, const std::function<void(ImageDescription&)>& change) {
  ImageDescription description;
  description.tag = tag;
  change(description);
  const MadeImage made = make_busybox_image(directory_ + "/layout", description);
  runtime::PullRequest request;
  request.reference = made.reference;
  const auto pulled = runtime_->pull(request);
  EXPECT_TRUE(pulled) << pulled.error().message;
  return made.reference;
}

void World::check_nothing_left() {
  EXPECT_EQ(text_of("/proc/self/mountinfo").find(directory_), std::string::npos);
  EXPECT_TRUE(eventually([&] { return processes_with(directory_).empty(); }));
  EXPECT_TRUE(eventually([&] { return loop_devices_of(directory_).empty(); }));
  check_no_groups_below(cgroup_parent_);
  for (const char* folder : {"containers", "sandboxes", "volumes", "logs", "exits", "state"}) {
    for (const auto& entry : fs::directory_iterator(directory_ + "/data/" + folder)) {
      ADD_FAILURE() << "left: " << entry.path();
    }
  }
}

void OciTest::SetUp() {
  const auto made = world_.runtime().create_sandbox(world_.sandbox_spec());
  ASSERT_TRUE(made) << made.error().message;
}

}  // namespace troupe::testing
