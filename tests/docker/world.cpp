#include "tests/docker/world.hpp"

#include "runtime/oci/log_reader.hpp"
#include "runtime/process/files.hpp"
#include "tests/contract/cgroup_folders.hpp"
#include "tests/images/make_image.hpp"

#include <poll.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>

namespace troupe::testing {

namespace fs = std::filesystem;

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    poll(nullptr, 0, 10);
  }
  return true;
}

std::string text_of(const std::string& path) {
  auto text = runtime::read_file(path);
  return text ? *text : std::string();
}

World::World() {
  std::string pattern = "/tmp/troupe-docker-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    std::abort();
  }
  directory_ = pattern;
  cgroup_parent_ = "troupe-test-" + unique();
  open();
  if (!runtime_) {
    std::abort();
  }
  // One layout and one name for all tests: it is loaded once.
  ImageDescription description;
  description.tag = "busybox";
  busybox_ = "oci:" + EngineProcess::instance().directory() + "/layout:busybox";
  if (runtime_ && !runtime_->find_image(busybox_)) {
    make_busybox_image(EngineProcess::instance().directory() + "/layout", description);
  }
  runtime::PullRequest request;
  request.reference = busybox_;
  const auto pulled = runtime_->pull(request);
  EXPECT_TRUE(pulled) << pulled.error().message;
}

World::~World() {
  if (!runtime_) {
    open();
  }
  const auto dismantled = runtime_->dismantle();
  EXPECT_TRUE(dismantled) << dismantled.error().message;
  check_nothing_left();
  close();
  EXPECT_TRUE(runtime::remove_tree(directory_));
}

runtime::Result<std::unique_ptr<runtime::ContainerRuntime>> World::try_open() const {
  return runtime::open_docker_runtime(
      {directory_ + "/data", EngineProcess::instance().socket(), cgroup_parent_});
}

void World::open() {
  auto opened = try_open();
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
  spec.image = busybox_;
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
  if (!ended_.wait_for(lock, deadline, [&] { return exits_.contains(id) && !exits_[id].empty(); })) {
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
  auto reader = runtime::LogReader::open(directory_ + "/data/logs/" + sandbox + "/" + id + ".log");
  const auto entries = reader ? reader->read(64 << 20) : runtime::Result<std::vector<runtime::LogEntry>>({});
  for (const auto& entry : entries ? *entries : std::vector<runtime::LogEntry>()) {
    (entry.stream == runtime::LogStream::err ? ended.err : ended.out) +=
        entry.text + (entry.partial ? "" : "\n");
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
  const auto containers = EngineProcess::instance().api().get("/containers/json?all=1");
  ASSERT_TRUE(containers && containers->is_array());
  EXPECT_TRUE(containers->get_array().empty()) << boost::json::serialize(*containers);
  check_no_groups_below(cgroup_parent_);
  for (const char* folder : {"containers", "sandboxes", "logs"}) {
    for (const auto& entry : fs::directory_iterator(directory_ + "/data/" + folder)) {
      ADD_FAILURE() << "left: " << entry.path();
    }
  }
}

void DockerTest::SetUp() {
  const auto made = world_.runtime().create_sandbox(world_.sandbox_spec());
  ASSERT_TRUE(made) << made.error().message;
}

}  // namespace troupe::testing
