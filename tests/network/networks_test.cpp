// What a network of each kind lets through, over real namespaces and sockets.

#include "runtime/network/networks.hpp"

#include "runtime/network/namespaces.hpp"
#include "runtime/process/files.hpp"
#include "tests/network/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

namespace troupe::runtime {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class NetworksTest : public testing::Test {
 protected:
  void SetUp() override {
    if (neighbour().empty()) {
      GTEST_SKIP() << "needs root";
    }
    before_ = picture_of_host();
    auto opened = Networks::open(options());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    networks_ = std::move(*opened);
  }

  void TearDown() override {
    if (networks_ != nullptr) {
      auto gone = networks_->dismantle();
      EXPECT_TRUE(gone.has_value()) << gone.error().message;
      EXPECT_TRUE(becomes(before_)) << "something stays behind: " << picture_of_host();
    }
  }

  NetworkOptions options() const {
    NetworkOptions made;
    made.data_directory = scratch_.path();
    made.ready = 2;
    return made;
  }

  AttachedNetwork make(const std::string& sandbox, NetworkKind kind, std::vector<PortBinding> ports = {}) {
    auto made = networks_->create(sandbox, {"main", kind, std::move(ports)});
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return made.has_value() ? *made : AttachedNetwork{};
  }

  ScratchDirectory scratch_;
  std::string before_;
  std::unique_ptr<Networks> networks_;
};

TEST_F(NetworksTest, MappedTcpPortIsReachableFromEverywhere) {
  const auto web = make("web", NetworkKind::bridge, {{80, 0}, {81, 8123}});
  const auto client = make("client", NetworkKind::bridge);
  const Server server(web.namespace_path, Protocol::tcp, 80, "web");
  const Server second(web.namespace_path, Protocol::tcp, 81, "second");
  const std::uint16_t port = web.network.ports.at(0).host_port;
  EXPECT_THAT(ask("", "127.0.0.1", port), StartsWith("web"));
  EXPECT_THAT(ask("", "192.0.2.1", port), StartsWith("web"));
  EXPECT_THAT(ask("", "127.0.0.1", 8123), StartsWith("second"));
  EXPECT_EQ(ask(neighbour(), "192.0.2.1", port), "web 192.0.2.2")
      << "the neighbour's address is seen as it is";
  EXPECT_THAT(ask(client.namespace_path, "192.0.2.1", port), StartsWith("web"));
  EXPECT_THAT(ask(client.namespace_path, client.network.gateway, port), StartsWith("web"));
  EXPECT_THAT(ask(web.namespace_path, "192.0.2.1", port), StartsWith("web"))
      << "a container reaches its own port";
}

TEST_F(NetworksTest, WebServerOfBusyboxServesOverItsMappedPort) {
  const auto web = make("web", NetworkKind::bridge, {{80, 0}});
  ASSERT_TRUE(write_file_atomically(scratch_.path() + "/index.html", "a page\n").has_value());
  pid_t pid = 0;
  inside(web.namespace_path, [&] {
    pid = ::fork();
    if (pid == 0) {
      ::execl("/bin/busybox", "busybox", "httpd", "-f", "-p", "80", "-h", scratch_.path().c_str(), nullptr);
      ::_exit(127);
    }
  });
  std::string page;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (page.empty() && std::chrono::steady_clock::now() < deadline) {
    page = ask("", "127.0.0.1", web.network.ports.at(0).host_port, "GET /index.html HTTP/1.0\r\n\r\n");
  }
  EXPECT_THAT(page, HasSubstr("a page"));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

TEST_F(NetworksTest, MappedUdpPortAnswersTheHostAndItsNeighbour) {
  const auto echo = make("echo", NetworkKind::bridge, {{7, 0, Protocol::udp}});
  const Server server(echo.namespace_path, Protocol::udp, 7, "echo");
  const std::uint16_t port = echo.network.ports.at(0).host_port;
  EXPECT_EQ(ask_udp("", "127.0.0.1", port, "one"), "echo one");
  EXPECT_EQ(ask_udp("", "192.0.2.1", port, "two"), "echo two");
  EXPECT_EQ(ask_udp(neighbour(), "192.0.2.1", port, "three"), "echo three");
}

TEST_F(NetworksTest, SameUdpClientReachesTheNextContainerOnItsPort) {
  const std::vector<PortBinding> ports = {{7, 5300, Protocol::udp}};
  {
    const auto first = make("first", NetworkKind::bridge, ports);
    const Server server(first.namespace_path, Protocol::udp, 7, "first");
    EXPECT_EQ(ask_udp(neighbour(), "192.0.2.1", 5300, "x", 4000), "first x");
  }
  ASSERT_TRUE(networks_->remove("first").has_value());
  EXPECT_EQ(ask_udp(neighbour(), "192.0.2.1", 5300, "x", 4000, 50), "");
  const auto second = make("second", NetworkKind::bridge, ports);
  const Server server(second.namespace_path, Protocol::udp, 7, "second");
  EXPECT_EQ(ask_udp(neighbour(), "192.0.2.1", 5300, "x", 4000), "second x");
}

TEST_F(NetworksTest, ContainersTalkToEachOtherAndToTheWorld) {
  const auto one = make("one", NetworkKind::bridge);
  const auto two = make("two", NetworkKind::bridge);
  const Server server(two.namespace_path, Protocol::tcp, 9000, "two");
  EXPECT_EQ(ask(one.namespace_path, two.network.address, 9000), "two " + one.network.address);
  const Server world(neighbour(), Protocol::tcp, 9001, "world");
  EXPECT_EQ(ask(one.namespace_path, "192.0.2.2", 9001), "world 192.0.2.1") << "by the host's address";
}

TEST_F(NetworksTest, PortNobodyMappedIsClosedToNeighbours) {
  const auto one = make("one", NetworkKind::bridge);
  const Server server(one.namespace_path, Protocol::tcp, 9000, "one");
  output_of({"ip", "route", "add", "10.217.0.0/16", "via", "192.0.2.1"}, neighbour());
  EXPECT_TRUE(is_closed(neighbour(), one.network.address, 9000));
  EXPECT_THAT(ask("", one.network.address, 9000), StartsWith("one"));
  output_of({"ip", "route", "del", "10.217.0.0/16"}, neighbour());
}

TEST_F(NetworksTest, OwnAddressIsReachableFromTheHostAndFromContainers) {
  const auto own = make("own", NetworkKind::address, {{80, 80}});
  const auto other = make("other", NetworkKind::bridge);
  const Server server(own.namespace_path, Protocol::tcp, 80, "own");
  EXPECT_THAT(ask("", own.network.address, 80), StartsWith("own"));
  EXPECT_THAT(ask(other.namespace_path, own.network.address, 80), StartsWith("own"));
  EXPECT_TRUE(is_closed("", "127.0.0.1", 80)) << "no port of the host is taken";
  EXPECT_NE(own.network.subnet, other.network.subnet);
  EXPECT_FALSE(own.network.mac.empty());
  const Server world(neighbour(), Protocol::tcp, 9001, "world");
  EXPECT_THAT(ask(own.namespace_path, "192.0.2.2", 9001), StartsWith("world"));
}

TEST_F(NetworksTest, NoneHasOnlyItsLoopback) {
  const auto none = make("none", NetworkKind::none);
  EXPECT_EQ(output_of({"ip", "route"}, none.namespace_path), "");
  EXPECT_THAT(output_of({"ip", "-br", "link"}, none.namespace_path), StartsWith("lo "));
  const Server server(none.namespace_path, Protocol::tcp, 80, "inner");
  EXPECT_THAT(ask(none.namespace_path, "127.0.0.1", 80), StartsWith("inner"));
}

TEST_F(NetworksTest, HostHasNoNamespaceAndOnlyTestsItsPorts) {
  const auto host = make("host", NetworkKind::host, {{8090, 0}});
  EXPECT_EQ(host.namespace_path, "");
  EXPECT_EQ(host.network.ports.at(0).host_port, 8090);
  const Server server("", Protocol::tcp, 8090, "host");
  auto taken = networks_->create("again", {"main", NetworkKind::host, {{8090, 0}}});
  ASSERT_TRUE(taken.has_error());
  EXPECT_EQ(taken.error().kind, FailureKind::conflict);
}

TEST_F(NetworksTest, TakenPortIsAConflictInDockersWords) {
  const Server other("", Protocol::tcp, 0, "somebody");
  auto refused = networks_->create("web", {"main", NetworkKind::bridge, {{80, other.port()}}});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind, FailureKind::conflict);
  EXPECT_EQ(refused.error().message,
            "driver failed programming external connectivity on endpoint web: Bind for 0.0.0.0:" +
                std::to_string(other.port()) + " failed: port is already allocated");
  EXPECT_TRUE(networks_->list().empty());
  make("one", NetworkKind::bridge, {{80, 8124}});
  EXPECT_EQ(networks_->create("two", {"main", NetworkKind::bridge, {{80, 8124}}}).error().kind,
            FailureKind::conflict);
  EXPECT_TRUE(
      networks_->create("two", {"main", NetworkKind::bridge, {{80, 8124, Protocol::udp}}}).has_value())
      << "tcp and udp are different ports";
  ASSERT_TRUE(networks_->remove("one").has_value());
  EXPECT_TRUE(networks_->create("three", {"main", NetworkKind::bridge, {{80, 8124}}}).has_value())
      << "free again";
}

TEST_F(NetworksTest, HeldPortCannotBeTakenByAnotherProgram) {
  const auto web = make("web", NetworkKind::bridge, {{80, 0}, {53, 0, Protocol::udp}});
  for (const PortBinding& each : web.network.ports) {
    auto refused =
        networks_->create("host", {"main", NetworkKind::host, {{each.host_port, 0, each.protocol}}});
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().kind, FailureKind::conflict);
  }
}

TEST_F(NetworksTest, PortBoundToOneHostAddressIsOnlyThere) {
  const auto web = make("web", NetworkKind::bridge, {{80, 8125, Protocol::tcp, "127.0.0.1"}});
  const Server server(web.namespace_path, Protocol::tcp, 80, "web");
  EXPECT_THAT(ask("", "127.0.0.1", 8125), StartsWith("web"));
  EXPECT_TRUE(is_closed("", "192.0.2.1", 8125));
  EXPECT_TRUE(is_closed(neighbour(), "192.0.2.1", 8125));
  auto strange =
      networks_->create("x", {"main", NetworkKind::bridge, {{80, 1, Protocol::tcp, "203.0.113.9"}}});
  ASSERT_TRUE(strange.has_error());
  EXPECT_EQ(strange.error().kind, FailureKind::invalid);
  strange = networks_->create("x", {"main", NetworkKind::bridge, {{80, 1, Protocol::tcp, "here } ; drop"}}});
  ASSERT_TRUE(strange.has_error());
  EXPECT_EQ(strange.error().kind, FailureKind::invalid);
}

TEST_F(NetworksTest, DynamicPortsAreUniqueWhenFiftyAskAtOnce) {
  std::vector<std::thread> threads;
  std::vector<std::vector<PortBinding>> got(50);
  for (std::size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&, i] {
      auto made =
          networks_->create("s" + std::to_string(i), {"main", NetworkKind::bridge, {{80, 0}, {81, 0}}});
      ASSERT_TRUE(made.has_value()) << made.error().message;
      got[i] = made->network.ports;
    });
  }
  std::set<std::uint16_t> ports;
  for (std::size_t i = 0; i < got.size(); ++i) {
    threads[i].join();
    for (const PortBinding& each : got[i]) {
      EXPECT_GE(each.host_port, 49153);
      ports.insert(each.host_port);
    }
  }
  EXPECT_EQ(ports.size(), 100U);
  std::set<std::string> addresses;
  for (const AttachedNetwork& each : networks_->list()) {
    addresses.insert(each.network.address);
  }
  EXPECT_EQ(addresses.size(), 50U);
}

TEST_F(NetworksTest, SandboxHasSeveralNetworksAndLosesThemTogether) {
  auto first = networks_->create("task", {"web", NetworkKind::bridge, {}});
  auto second = networks_->create("task", {"db", NetworkKind::bridge, {}});
  auto again = networks_->create("task", {"db", NetworkKind::bridge, {}});
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_NE(first->namespace_path, second->namespace_path);
  ASSERT_TRUE(again.has_error());
  EXPECT_EQ(again.error().kind, FailureKind::conflict);
  make("task2", NetworkKind::none);
  ASSERT_TRUE(networks_->remove("task").has_value());
  ASSERT_TRUE(networks_->remove("task").has_value()) << "may be repeated";
  ASSERT_EQ(networks_->list().size(), 1U);
  EXPECT_EQ(networks_->list().front().sandbox, "task2");
  EXPECT_TRUE(networks_->settle(std::chrono::seconds(60)));
  EXPECT_NE(::access(first->namespace_path.c_str(), F_OK), 0);
}

TEST_F(NetworksTest, NamesThatAreNotNamesAreInvalid) {
  for (const char* name : {"", "a/b", "../x", "a b"}) {
    EXPECT_EQ(networks_->create(name, {"main", NetworkKind::none, {}}).error().kind, FailureKind::invalid);
    EXPECT_EQ(networks_->create("s", {name, NetworkKind::none, {}}).error().kind, FailureKind::invalid);
  }
}

TEST_F(NetworksTest, MetadataAddressLeadsToTheHostsLoopback) {
  const Server metadata("", Protocol::tcp, 0, "metadata", "127.0.0.1");
  ASSERT_TRUE(networks_->serve_metadata(metadata.port()).has_value());
  const auto task = make("task", NetworkKind::bridge);
  const auto own = make("own", NetworkKind::address);
  EXPECT_EQ(ask(task.namespace_path, "169.254.170.2", 80), "metadata " + task.network.address)
      << "the asker is known by its address";
  EXPECT_EQ(ask(own.namespace_path, "169.254.170.2", 80), "metadata " + own.network.address);
  EXPECT_THAT(ask("", "169.254.170.2", 80), StartsWith("metadata"));
}

TEST_F(NetworksTest, LoopbackOfTheHostIsClosedToContainers) {
  const Server secret("", Protocol::tcp, 0, "secret", "127.0.0.1");
  const auto task = make("task", NetworkKind::bridge);
  // What a container with NET_ADMIN can do: send packets for 127.0.0.1 to the bridge.
  output_of({"ip", "addr", "del", "127.0.0.1/8", "dev", "lo"}, task.namespace_path);
  output_of({"ip", "route", "add", "127.0.0.0/8", "via", task.network.gateway}, task.namespace_path);
  inside(task.namespace_path,
         [] { ASSERT_TRUE(set_kernel_option("net/ipv4/conf/all/route_localnet", "1").has_value()); });
  EXPECT_TRUE(is_closed(task.namespace_path, "127.0.0.1", secret.port()));
  output_of({"nft", "flush", "chain", "ip", "troupe0", "guard"});
  EXPECT_THAT(ask(task.namespace_path, "127.0.0.1", secret.port()), StartsWith("secret"))
      << "the guard is what keeps it";
}

}  // namespace
}  // namespace troupe::runtime
