// What outlives the process that made it, and what is cleaned after it: restarts,
// crashes, reboots, neighbours on the same host, and other people's firewalls.

#include "runtime/network/namespaces.hpp"
#include "runtime/network/networks.hpp"
#include "runtime/process/files.hpp"
#include "tests/network/roles.hpp"
#include "tests/network/world.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace troupe::runtime {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

class NetworksLifecycle : public testing::Test {
 protected:
  void SetUp() override {
    if (neighbour().empty()) {
      GTEST_SKIP() << "needs root";
    }
    before_ = picture_of_host();
    options_.data_directory = scratch_.path() + "/network";
    options_.ready = 2;
  }

  void TearDown() override {
    if (networks_ != nullptr) {
      auto gone = networks_->dismantle();
      EXPECT_TRUE(gone.has_value()) << gone.error().message;
    }
    EXPECT_TRUE(becomes(before_)) << "something stays behind: " << picture_of_host();
  }

  // Ends the process's hold on the directory, if any, and opens it as the next would.
  Networks& open() {
    networks_.reset();
    auto opened = Networks::open(options_);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    networks_ = opened.has_value() ? std::move(*opened) : nullptr;
    return *networks_;
  }

  AttachedNetwork make(const std::string& sandbox, NetworkKind kind, std::vector<PortBinding> ports = {}) {
    auto made = networks_->create(sandbox, {"main", kind, std::move(ports)});
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return made.has_value() ? *made : AttachedNetwork{};
  }

  [[nodiscard]] std::size_t files_in(const std::string& part) const {
    std::error_code error;
    const std::filesystem::directory_iterator files(options_.data_directory + "/" + part, error);
    return error ? 0 : static_cast<std::size_t>(std::distance(files, std::filesystem::directory_iterator()));
  }

  ScratchDirectory scratch_;
  NetworkOptions options_;
  std::string before_;
  std::unique_ptr<Networks> networks_;
};

TEST_F(NetworksLifecycle, RestartKeepsNetworksPortsAndReadyNamespaces) {
  open();
  const auto web = make("web", NetworkKind::bridge, {{80, 0}, {81, 8126, Protocol::tcp, "127.0.0.1"}});
  const auto own = make("own", NetworkKind::address, {{80, 80}});
  make("host", NetworkKind::host, {{9100, 0}});
  ASSERT_TRUE(networks_->settle(seconds(60)));
  const std::string links = picture_of_host();
  networks_.reset();
  const Server server(web.namespace_path, Protocol::tcp, 80, "web");
  EXPECT_THAT(ask("", "127.0.0.1", web.network.ports[0].host_port), StartsWith("web")) << "works without us";
  open();
  EXPECT_THAT(ask("", "127.0.0.1", web.network.ports[0].host_port), StartsWith("web"));
  const auto listed = networks_->list();
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].sandbox, "host");
  EXPECT_EQ(listed[1].network.address, own.network.address);
  EXPECT_EQ(listed[2].namespace_path, web.namespace_path);
  EXPECT_EQ(listed[2].network.mac, web.network.mac);
  ASSERT_EQ(listed[2].network.ports.size(), 2U);
  EXPECT_EQ(listed[2].network.ports[1].host_ip, "127.0.0.1");
  EXPECT_EQ(networks_->create("x", {"main", NetworkKind::bridge, {web.network.ports[0]}}).error().kind,
            FailureKind::conflict)
      << "the port is held again";
  ASSERT_TRUE(networks_->settle(seconds(60)));
  EXPECT_EQ(picture_of_host(), links) << "ready namespaces are taken over";
  const auto another = make("another", NetworkKind::bridge);
  EXPECT_NE(another.network.address, web.network.address);
}

TEST_F(NetworksLifecycle, RemovedNetworkLosesItsLinkAlthoughSomebodyHoldsTheNamespace) {
  options_.ready = 0;
  open();
  const auto made = make("task", NetworkKind::bridge, {{80, 8134}});
  const Descriptor held(::open(made.namespace_path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(held.valid());
  ASSERT_TRUE(networks_->remove("task").has_value());
  ASSERT_TRUE(networks_->settle(seconds(60)));
  EXPECT_EQ(output_of({"ip", "-o", "-br", "link"}).find("veth"), std::string::npos);
}

TEST_F(NetworksLifecycle, ReconcileRemovesTheDead) {
  open();
  make("dead", NetworkKind::bridge, {{80, 8127}});
  const auto alive = make("alive", NetworkKind::bridge, {{80, 8128}});
  open();
  ASSERT_TRUE(networks_->reconcile({"alive", "unknown"}).has_value());
  ASSERT_EQ(networks_->list().size(), 1U);
  EXPECT_EQ(networks_->list()[0].namespace_path, alive.namespace_path);
  make("next", NetworkKind::bridge, {{80, 8127}});
  EXPECT_THAT(output_of({"nft", "list", "map", "ip", "troupe0", "any"}), HasSubstr("8128"));
}

TEST_F(NetworksLifecycle, KilledProcessLeavesNothingThatTheNextDoesNotClean) {
  unsigned random = 12345;  // Varies the moment of the kill.
  for (int round = 0; round < 6; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl("/proc/self/exe", "network_test", crash_role, options_.data_directory.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    const Descriptor output(ends[0]);
    random = random * 1103515245U + 12345U;
    for (unsigned i = 0; i < 3 + random % 20; ++i) {
      char made = 0;
      pollfd ready{output.get(), POLLIN, 0};
      ASSERT_EQ(::poll(&ready, 1, 60'000), 1);
      ASSERT_EQ(::read(output.get(), &made, 1), 1) << "the process stopped in round " << round;
    }
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  open();
  ASSERT_TRUE(networks_->reconcile({}).has_value());
  EXPECT_TRUE(networks_->list().empty());
  ASSERT_TRUE(networks_->settle(seconds(60)));
  ASSERT_TRUE(networks_->dismantle().has_value());
  EXPECT_EQ(files_in("namespaces"), 0U);
  EXPECT_EQ(files_in("records"), 0U);
  networks_.reset();
}

TEST_F(NetworksLifecycle, RebootLeavesRecordsWithoutNamespacesWhichAreForgotten) {
  open();
  const auto web = make("web", NetworkKind::bridge, {{80, 8129}});
  ASSERT_TRUE(networks_->settle(seconds(60)));
  networks_.reset();
  for (const auto& file : std::filesystem::directory_iterator(options_.data_directory + "/namespaces")) {
    ASSERT_EQ(::umount2(file.path().c_str(), MNT_DETACH), 0);
  }
  open();
  EXPECT_TRUE(networks_->list().empty());
  ASSERT_TRUE(networks_->settle(seconds(60)));
  EXPECT_FALSE(std::filesystem::exists(web.namespace_path));
  EXPECT_EQ(files_in("namespaces"), options_.ready);
  EXPECT_EQ(files_in("records"), options_.ready);
  make("web", NetworkKind::bridge, {{80, 8129}});
}

TEST_F(NetworksLifecycle, BrokenRecordIsLeftOutAndItsNamespaceRemoved) {
  open();
  ASSERT_TRUE(networks_->settle(seconds(60)));
  networks_.reset();
  for (const auto& file : std::filesystem::directory_iterator(options_.data_directory + "/records")) {
    ASSERT_TRUE(write_file_atomically(file.path(), "{\"id\": 7").has_value());
  }
  open();
  ASSERT_TRUE(networks_->settle(seconds(60)));
  EXPECT_EQ(files_in("namespaces"), options_.ready);
  for (const auto& file : std::filesystem::directory_iterator(options_.data_directory + "/records")) {
    std::filesystem::remove(file);
  }
}

TEST_F(NetworksLifecycle, FlushedPacketRulesComeBackWithTheNextPort) {
  open();
  const auto first = make("first", NetworkKind::bridge, {{80, 8130}});
  const Server server(first.namespace_path, Protocol::tcp, 80, "first");
  output_of({"nft", "flush", "ruleset"});
  EXPECT_TRUE(is_closed(neighbour(), "192.0.2.1", 8130));
  make("second", NetworkKind::bridge, {{80, 8131}});
  EXPECT_THAT(ask(neighbour(), "192.0.2.1", 8130), StartsWith("first"));
  output_of({"nft", "flush", "ruleset"});
  EXPECT_TRUE(networks_->remove("second").has_value());
  EXPECT_THAT(ask(neighbour(), "192.0.2.1", 8130), StartsWith("first"));
}

TEST_F(NetworksLifecycle, TwoDirectoriesOfOneHostDoNotMeet) {
  open();
  NetworkOptions other = options_;
  other.data_directory = scratch_.path() + "/other";
  auto opened = Networks::open(other);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  const auto here = make("same", NetworkKind::bridge, {{80, 0}});
  auto there = (*opened)->create("same", {"main", NetworkKind::bridge, {{80, 0}}});
  ASSERT_TRUE(there.has_value());
  EXPECT_NE(here.network.subnet, there->network.subnet);
  const Server one(here.namespace_path, Protocol::tcp, 80, "here");
  const Server two(there->namespace_path, Protocol::tcp, 80, "there");
  EXPECT_THAT(ask("", "127.0.0.1", here.network.ports[0].host_port), StartsWith("here"));
  EXPECT_THAT(ask("", "127.0.0.1", there->network.ports[0].host_port), StartsWith("there"));
  EXPECT_TRUE(is_closed(here.namespace_path, there->network.address, 80)) << "only by mapped ports";

  auto again = Networks::open(options_);
  ASSERT_TRUE(again.has_error()) << "one directory has one process";
  EXPECT_EQ(again.error().kind, FailureKind::conflict);
  EXPECT_THAT(again.error().message, HasSubstr("in use by another process"));

  opened->reset();
  NetworkOptions third = options_;
  third.data_directory = scratch_.path() + "/third";
  auto later = Networks::open(third);
  ASSERT_TRUE(later.has_value());
  auto made = (*later)->create("s", {"main", NetworkKind::bridge, {}});
  ASSERT_TRUE(made.has_value());
  EXPECT_NE(made->network.subnet, there->network.subnet) << "what runs without its daemon keeps its part";
  ASSERT_TRUE((*later)->dismantle().has_value());
  opened = Networks::open(other);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ((*opened)->list().size(), 1U);
  ASSERT_TRUE((*opened)->dismantle().has_value());
}

TEST_F(NetworksLifecycle, AddressesTheHostRoutesElsewhereAreAvoided) {
  output_of({"ip", "route", "add", "10.217.3.0/24", "via", "192.0.2.2"});
  open();
  const auto made = make("s", NetworkKind::bridge);
  EXPECT_THAT(made.network.subnet, StartsWith("10.217.16.0/"));
  output_of({"ip", "route", "del", "10.217.3.0/24"});
}

TEST_F(NetworksLifecycle, FirewallThatForwardsNothingIsAskedToForward) {
  output_of({"iptables", "-P", "FORWARD", "DROP"});
  open();
  const auto web = make("web", NetworkKind::bridge, {{80, 8132}});
  const Server server(web.namespace_path, Protocol::tcp, 80, "web");
  EXPECT_THAT(ask(neighbour(), "192.0.2.1", 8132), StartsWith("web"));
  ASSERT_TRUE(networks_->dismantle().has_value());
  networks_.reset();
  EXPECT_EQ(output_of({"iptables", "-S", "FORWARD"}), "-P FORWARD DROP\n");
  output_of({"nft", "flush", "ruleset"});
}

TEST_F(NetworksLifecycle, UsedUpAddressesAreNoSpaceAndComeBack) {
  options_.address_space = "10.218.0.0/22";  // Parts of /26, halves of /27: 29 addresses.
  options_.ready = 0;
  open();
  Result<AttachedNetwork> last = AttachedNetwork{};
  int made = 0;
  for (; made < 40 && last.has_value(); ++made) {
    last = networks_->create("s" + std::to_string(made), {"main", NetworkKind::bridge, {{80, 0}}});
  }
  EXPECT_EQ(made, 30);
  ASSERT_TRUE(last.has_error());
  EXPECT_EQ(last.error().kind, FailureKind::no_space) << last.error().message;
  ASSERT_TRUE(networks_->remove("s7").has_value());
  ASSERT_TRUE(networks_->settle(seconds(60)));
  make("again", NetworkKind::bridge, {{80, 0}});
}

TEST_F(NetworksLifecycle, PluginsOfCniMakeTheSameNetworks) {
  options_.plugin_directory = "/usr/lib/cni";
  if (!std::filesystem::exists("/usr/lib/cni/bridge")) {
    GTEST_SKIP() << "needs containernetworking-plugins";
  }
  open();
  const auto web = make("web", NetworkKind::bridge, {{80, 8133}});
  const auto client = make("client", NetworkKind::bridge);
  const auto own = make("own", NetworkKind::address);
  const Server server(web.namespace_path, Protocol::tcp, 80, "web");
  const Server second(own.namespace_path, Protocol::tcp, 80, "own");
  EXPECT_THAT(ask("", "127.0.0.1", 8133), StartsWith("web"));
  EXPECT_THAT(ask(neighbour(), "192.0.2.1", 8133), StartsWith("web"));
  EXPECT_THAT(ask(client.namespace_path, "192.0.2.1", 8133), StartsWith("web"));
  EXPECT_THAT(ask(web.namespace_path, "192.0.2.1", 8133), StartsWith("web"));
  EXPECT_THAT(ask("", own.network.address, 80), StartsWith("own"));
  EXPECT_FALSE(web.network.mac.empty());
  open();
  EXPECT_EQ(networks_->list().size(), 3U);
  ASSERT_TRUE(networks_->reconcile({}).has_value());
  ASSERT_TRUE(networks_->dismantle().has_value());
  networks_.reset();
  for (const auto& leases : std::filesystem::directory_iterator(options_.data_directory + "/leases")) {
    for (const auto& lease : std::filesystem::directory_iterator(leases)) {
      EXPECT_FALSE(lease.path().filename().string().starts_with("10.")) << lease.path() << " stays";
    }
  }
}

TEST_F(NetworksLifecycle, MissingPluginIsNamedWithItsPackage) {
  options_.plugin_directory = "/nonexistent";
  options_.ready = 0;
  open();
  auto refused = networks_->create("s", {"main", NetworkKind::bridge, {{80, 0}}});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind, FailureKind::not_found);
  EXPECT_THAT(refused.error().message, HasSubstr("containernetworking-plugins"));
  EXPECT_EQ(files_in("namespaces"), 0U);
}

TEST_F(NetworksLifecycle, WrongOptionsAreInvalid) {
  for (const char* space : {"", "10.0.0.0", "10.0.0.1/16", "10.0.0.0/30", "hello/16", "10.0.0.0/16x"}) {
    options_.address_space = space;
    EXPECT_EQ(Networks::open(options_).error().kind, FailureKind::invalid) << space;
  }
  options_.address_space = "10.217.0.0/16";
  options_.interface_prefix = "thirteen-char";
  EXPECT_EQ(Networks::open(options_).error().kind, FailureKind::invalid);
}

}  // namespace
}  // namespace troupe::runtime
