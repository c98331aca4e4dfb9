/// Control groups as files: which kind a host has, and v2's own files in a folder that
/// looks like a hierarchy, so that a host of either kind tests both.

#include "runtime/oci/cgroups.hpp"

#include "runtime/process/files.hpp"
#include "tests/images/scratch.hpp"
#include "tests/oci/world.hpp"

#include <filesystem>

namespace troupe::testing {
namespace {

using runtime::oci::CgroupMode;
using runtime::oci::Cgroups;

constexpr const char* kRoot = "/sys/fs/cgroup";

/// A line of mountinfo.
std::string mounted(const std::string& point, const std::string& type, const std::string& options) {
  return "30 23 0:26 / " + point + " rw,nosuid,relatime shared:4 - " + type + " none rw" + options + "\n";
}

CgroupMode mode_of(const std::string& mounts) {
  const auto found = Cgroups::from_mounts(mounts, kRoot);
  EXPECT_TRUE(found) << found.error().message;
  return found ? found->mode() : CgroupMode::v1;
}

TEST(CgroupKind, FollowsFromWhatIsMounted) {
  const std::string v1 = mounted("/sys/fs/cgroup/memory", "cgroup", ",memory") +
                         mounted("/sys/fs/cgroup/cpu,cpuacct", "cgroup", ",cpu,cpuacct");
  EXPECT_EQ(mode_of(mounted(kRoot, "tmpfs", "") + v1), CgroupMode::v1);
  const auto hybrid =
      Cgroups::from_mounts(v1 + mounted("/sys/fs/cgroup/unified", "cgroup2", ",nsdelegate"), kRoot);
  ASSERT_TRUE(hybrid);
  EXPECT_EQ(hybrid->mode(), CgroupMode::hybrid);
  EXPECT_EQ(hybrid->hidden_from_crun(), std::vector<std::string>{"/sys/fs/cgroup/unified"});
  const auto unified = Cgroups::from_mounts(mounted(kRoot, "cgroup2", ",nsdelegate"), kRoot);
  ASSERT_TRUE(unified);
  EXPECT_EQ(unified->mode(), CgroupMode::unified);
  EXPECT_TRUE(unified->hidden_from_crun().empty());
  EXPECT_FALSE(Cgroups::from_mounts(mounted("/proc", "proc", ""), kRoot));
}

TEST(CgroupKind, IsUnifiedWhateverElseIsMounted) {
  const std::string unified = mounted(kRoot, "cgroup2", ",nsdelegate");
  EXPECT_EQ(mode_of(unified + mounted("/sys/fs/cgroup/systemd", "cgroup", ",xattr,name=systemd")),
            CgroupMode::unified);
  const std::string chroot = "/srv/chroot/sys/fs/cgroup";
  const auto found = Cgroups::from_mounts(
      unified + mounted(chroot, "cgroup2", "") + mounted(chroot + "/memory", "cgroup", ",memory"), kRoot);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mode(), CgroupMode::unified);
}

/// A folder with the files of a v2 hierarchy: the group /troupe/s, with nothing in it.
class UnifiedFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    static_cast<void>(files_.make("troupe/s"));
    const std::string controllers = "cpuset cpu io memory pids\n";
    for (const char* above : {"", "troupe/"}) {
      put(above + std::string("cgroup.controllers"), controllers);
      put(above + std::string("cgroup.subtree_control"), "");
    }
    for (const char* file :
         {"cpu.weight", "cpu.max", "memory.max", "memory.low", "memory.swap.max", "pids.max"}) {
      put(std::string("troupe/s/") + file, "");
      put(std::string("troupe/") + file, "");
    }
    auto found = Cgroups::from_mounts(mounted(files_.path(""), "cgroup2", ""), files_.path(""));
    ASSERT_TRUE(found);
    cgroups_ = std::make_unique<Cgroups>(std::move(*found));
  }

  void put(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(runtime::write_file_atomically(files_.path(name), text));
  }
  [[nodiscard]] std::string control(const std::string& name) const {
    return text_of(files_.path("troupe/s/" + name));
  }

  Scratch files_;
  std::unique_ptr<Cgroups> cgroups_;
};

TEST_F(UnifiedFiles, LimitsAreWrittenInItsWords) {
  EXPECT_TRUE(cgroups_->abilities().unified);
  EXPECT_TRUE(cgroups_->abilities().swap_limit);
  EXPECT_FALSE(cgroups_->abilities().swappiness);
  runtime::ResourceLimits limits;
  limits.cpu_shares = 1024;
  limits.cpu_cores = 1.5;
  limits.memory_bytes = 64 << 20;
  limits.memory_reservation_bytes = 32 << 20;
  limits.swap_bytes = 0;
  limits.processes = 50;
  const auto made = cgroups_->create("/troupe/s", limits);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(control("cpu.weight"), "39");
  EXPECT_EQ(control("cpu.max"), "150000 100000");
  EXPECT_EQ(control("memory.max"), "67108864");
  EXPECT_EQ(control("memory.low"), "33554432");
  EXPECT_EQ(control("memory.swap.max"), "0");
  EXPECT_EQ(control("pids.max"), "50");
  // One write for each controller, the last one is what a plain file keeps the beginning of.
  EXPECT_TRUE(text_of(files_.path("cgroup.subtree_control")).starts_with("+pids"));
  EXPECT_TRUE(text_of(files_.path("troupe/cgroup.subtree_control")).starts_with("+pids"));
  EXPECT_EQ(text_of(files_.path("troupe/memory.max")), "") << "what is above has no limits";
}

TEST_F(UnifiedFiles, AFullCountOfSharesIsAFullWeight) {
  for (const auto& [shares, weight] : {std::pair{2U, "1"}, {1024U, "39"}, {262'144U, "10000"}}) {
    runtime::ResourceLimits limits;
    limits.cpu_shares = shares;
    put("troupe/s/cpu.weight", "");
    ASSERT_TRUE(cgroups_->create("/troupe/s", limits));
    EXPECT_EQ(control("cpu.weight"), weight);
  }
}

TEST_F(UnifiedFiles, StatisticsAreReadFromThem) {
  put("troupe/s/cpu.stat", "usage_usec 2500\nuser_usec 1500\nsystem_usec 1000\nnr_periods 0\n");
  put("troupe/s/memory.current", "20000000\n");
  put("troupe/s/memory.peak", "30000000\n");
  put("troupe/s/memory.stat", "anon 1\nfile 9\nactive_file 3\ninactive_file 5000000\nslab 7\n");
  put("troupe/s/memory.max", "67108864\n");
  put("troupe/s/pids.current", "3\n");
  put("troupe/s/io.stat",
      "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n7:1 \n7:0 rbytes=100 wbytes=1 rios=1 "
      "wios=1\n");
  const auto stats = cgroups_->stats("/troupe/s");
  EXPECT_EQ(stats.cpu_ns, 2'500'000U);
  EXPECT_EQ(stats.cpu_user_ns, 1'500'000U);
  EXPECT_EQ(stats.cpu_system_ns, 1'000'000U);
  EXPECT_TRUE(stats.cpu_per_core_ns.empty());
  EXPECT_EQ(stats.memory_bytes, 15'000'000U);
  EXPECT_EQ(stats.memory_inactive_file_bytes, 5'000'000U);
  EXPECT_EQ(stats.memory_max_bytes, 30'000'000U);
  EXPECT_EQ(stats.memory_limit_bytes, 67'108'864U);
  EXPECT_EQ(stats.processes, 3U);
  EXPECT_EQ(stats.block_read_bytes, 4196U);
  EXPECT_EQ(stats.block_write_bytes, 8193U);
}

TEST_F(UnifiedFiles, NoLimitIsTheHostsMemory) {
  put("troupe/s/memory.max", "max\n");
  EXPECT_GT(cgroups_->stats("/troupe/s").memory_limit_bytes, 67'108'864U);
}

TEST_F(UnifiedFiles, OutOfMemoryIsWhatTheKernelKilledFor) {
  put("troupe/s/memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 0\noom_group_kill 0\n");
  EXPECT_FALSE(cgroups_->ran_out_of_memory("/troupe/s")) << "an allocation failed, nobody was killed";
  put("troupe/s/memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 0\n");
  EXPECT_TRUE(cgroups_->ran_out_of_memory("/troupe/s"));
}

TEST_F(UnifiedFiles, OnlyAnEmptyGroupIsGivenUp) {
  const std::string empty = files_.make("empty");
  cgroups_->remove_if_empty("/empty");
  cgroups_->remove_if_empty("/troupe");
  EXPECT_FALSE(std::filesystem::exists(empty));
  EXPECT_TRUE(std::filesystem::exists(files_.path("troupe/s/memory.max")));
}

}  // namespace
}  // namespace troupe::testing
