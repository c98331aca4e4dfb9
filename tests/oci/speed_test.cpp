/// What create() and start() cost beside conmon and crun run by hand. Prints the
/// figures; asserts only what a busy machine holds too.

#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"
#include "tests/oci/world.hpp"

#include <boost/json.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace troupe::testing {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr int kContainers = 50;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void print(const char* name, std::vector<double> figures) {
  std::sort(figures.begin(), figures.end());
  std::printf("%s p50 %.1f ms p99 %.1f ms\n", name, figures[figures.size() / 2],
              figures[figures.size() * 99 / 100]);
}

runtime::Command hidden(std::vector<std::string> arguments) {
  runtime::Command command;
  command.argv = std::move(arguments);
  command.mounts = runtime::PrivateMounts{{"/sys/fs/cgroup/unified"}, {}};
  return command;
}

/// The least that makes a container: crun's own sample configuration on a plain directory.
void write_bundle(const std::string& bundle, const std::string& group) {
  fs::create_directories(bundle + "/rootfs/bin");
  for (const char* folder : {"proc", "sys", "dev"}) {
    fs::create_directories(bundle + "/rootfs/" + folder);
  }
  fs::copy_file("/bin/busybox", bundle + "/rootfs/bin/busybox", fs::copy_options::overwrite_existing);
  runtime::Command spec;
  spec.argv = {"crun", "spec"};
  spec.working_directory = bundle;
  fs::remove(bundle + "/config.json");
  ASSERT_TRUE(runtime::run_checked(spec));
  json::object config = json::parse(text_of(bundle + "/config.json")).as_object();
  config["process"].as_object()["terminal"] = false;
  config["process"].as_object()["args"] = {"/bin/busybox", "sleep", "600"};
  json::array namespaces;
  for (const json::value& each : config["linux"].at("namespaces").as_array()) {
    if (each.at("type").as_string() != "network") {
      namespaces.push_back(each);
    }
  }
  config["linux"].as_object()["namespaces"] = namespaces;
  config["linux"].as_object()["cgroupsPath"] = group;
  ASSERT_TRUE(runtime::write_file_atomically(bundle + "/config.json", json::serialize(config)));
}

double bare_once(const std::string& at, const std::string& id) {
  const auto begin = Clock::now();
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  auto conmon = hidden({"conmon",
                        "-c",
                        id,
                        "-u",
                        id,
                        "-r",
                        "/usr/bin/crun",
                        "--runtime-arg",
                        "--root=" + at + "/state",
                        "-b",
                        at + "/bundle",
                        "-p",
                        at + "/pid",
                        "--exit-dir",
                        at + "/exits",
                        "-P",
                        at + "/conmon.pid",
                        "-l",
                        "k8s-file:" + at + "/log",
                        "--socket-dir-path",
                        at,
                        "--full-attach",
                        "--log-level",
                        "error"});
  conmon.environment["_OCI_SYNCPIPE"] = "3";
  conmon.descriptors[3] = ends[1];
  EXPECT_TRUE(runtime::run_checked(conmon));
  close(ends[1]);
  char answer[256];
  EXPECT_GT(read(ends[0], answer, sizeof answer), 0);
  close(ends[0]);
  EXPECT_TRUE(runtime::run_checked(hidden({"crun", "--root=" + at + "/state", "start", id})));
  const double took = ms_since(begin);
  EXPECT_TRUE(runtime::run_checked(hidden({"crun", "--root=" + at + "/state", "delete", "--force", id})));
  EXPECT_TRUE(eventually([&] { return fs::exists(at + "/exits/" + id); }));
  return took;
}

TEST_F(OciTest, CreateAndStartCostLittleMoreThanConmonAndCrun) {
  if (world_.runtime().info().version.find("crun") == std::string::npos) {
    GTEST_SKIP() << "the comparison is with crun";
  }
  const std::string at = world_.directory() + "/bare";
  for (const char* folder : {"/bundle", "/exits", "/state"}) {
    fs::create_directories(at + folder);
  }
  write_bundle(at + "/bundle", "/" + world_.cgroup_parent() + "/bare");
  ASSERT_EQ(world_.run(world_.shell("warm", "true")).exit.exit_code, 0);
  std::vector<double> bare;
  std::vector<double> ours;
  std::vector<double> create;
  // In turns, so that what else the machine does falls on both.
  for (int i = 0; i < kContainers; ++i) {
    bare.push_back(bare_once(at, "bare" + std::to_string(i)));
    const std::string id = "c" + std::to_string(i);
    const auto begin = Clock::now();
    ASSERT_TRUE(world_.runtime().create(world_.shell(id, "sleep 600")));
    create.push_back(ms_since(begin));
    ASSERT_TRUE(world_.runtime().start(id));
    ours.push_back(ms_since(begin));
    ASSERT_TRUE(world_.runtime().remove(id));
  }
  print("bare conmon + crun start", bare);
  print("create()                ", create);
  print("create() + start()      ", ours);
  std::sort(bare.begin(), bare.end());
  std::sort(ours.begin(), ours.end());
  EXPECT_LT(ours[kContainers / 2], 3 * bare[kContainers / 2] + 50);
}

}  // namespace
}  // namespace troupe::testing
