/// Containers in networks of their sandbox.

#include "contract_world.hpp"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using runtime::NetworkKind;
using ::testing::HasSubstr;

/// What a server on this host's loopback answers; empty when nobody listens.
std::string ask(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    char buffer[64];
    for (ssize_t count = 0; (count = read(fd, buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(count));
    }
  }
  close(fd);
  return answer;
}

TEST_F(ContractTest, ABridgeNetworkMapsPortsAndCountsBytes) {
  auto sandbox = world_.sandbox_spec("net");
  sandbox.networks = {{"b", NetworkKind::bridge, {{80, 0, runtime::Protocol::tcp, "0.0.0.0"}}}};
  const auto made = world_.runtime().create_sandbox(sandbox);
  ASSERT_TRUE(made) << made.error().message;
  const auto& network = made->networks.front();
  ASSERT_EQ(network.ports.size(), 1U);
  const std::uint16_t port = network.ports.front().host_port;
  EXPECT_NE(port, 0);

  auto spec = world_.shell("server", "grep named /etc/hosts; while :; do echo served | nc -l -p 80; done");
  spec.sandbox = "net";
  spec.network = "b";
  spec.hostname = "named";
  ASSERT_TRUE(world_.runtime().create(spec));
  ASSERT_TRUE(world_.runtime().start("server"));
  EXPECT_TRUE(eventually([&] { return ask(port) == "served\n"; }));
  const auto stats = world_.runtime().stats("server");
  ASSERT_TRUE(stats);
  ASSERT_EQ(stats->interfaces.size(), 1U);
  EXPECT_EQ(stats->interfaces.front().name, "eth0");
  EXPECT_GT(stats->interfaces.front().rx_bytes, 0U);
  EXPECT_GT(stats->interfaces.front().rx_packets, 0U);
  EXPECT_GT(stats->interfaces.front().tx_bytes, 0U);
  EXPECT_GT(stats->interfaces.front().tx_packets, 0U);
  EXPECT_THAT(world_.logs("server", "net").out, HasSubstr(network.address + "\tnamed"));

  // Another container of the sandbox is in the same network.
  auto other = world_.shell("client", "nc 127.0.0.1 80 < /dev/null");
  other.sandbox = "net";
  other.network = "b";
  ASSERT_TRUE(world_.runtime().create(other));
  ASSERT_TRUE(world_.runtime().start("client"));
  ASSERT_TRUE(world_.wait("client"));
  EXPECT_THAT(world_.logs("client", "net").out, HasSubstr("served"));

  sandbox.id = "second";
  sandbox.networks.front().ports.front().host_port = port;
  const auto taken = world_.runtime().create_sandbox(sandbox);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, FailureKind::conflict);
  EXPECT_EQ(world_.runtime().list_sandboxes()->size(), 2U);
}

TEST_F(ContractTest, NoNetworkIsALoopbackOnly) {
  auto sandbox = world_.sandbox_spec("net");
  sandbox.networks = {{"n", NetworkKind::none, {}}};
  ASSERT_TRUE(world_.runtime().create_sandbox(sandbox));
  auto spec = world_.shell("c", "ls /sys/class/net; cat /sys/class/net/lo/operstate");
  spec.sandbox = "net";
  spec.network = "n";
  ASSERT_TRUE(world_.runtime().create(spec));
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(world_.wait("c"));
  const std::string log = world_.logs("c", "net").out;
  EXPECT_THAT(log, HasSubstr("lo\n"));
  EXPECT_EQ(log.find("eth0"), std::string::npos);
}

TEST_F(ContractTest, TheHostsNetworkIsTheHosts) {
  char name[64] = {};
  ASSERT_GT(readlink("/proc/self/ns/net", name, sizeof name - 1), 0);
  EXPECT_EQ(world_.run(world_.shell("c", "readlink /proc/self/ns/net")).out, std::string(name) + "\n");
}

}  // namespace
}  // namespace troupe::testing
