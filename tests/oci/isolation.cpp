#include "tests/oci/isolation.hpp"
#include "tests/contract/killed_process.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <sstream>

namespace troupe::testing {

using runtime::NetworkKind;

runtime::SandboxSpec Isolation::sandbox(const std::string& id, Users users,
                                        std::uint64_t storage_bytes) const {
  runtime::SandboxSpec spec;
  spec.id = id;
  spec.networks = {{"task", NetworkKind::address, {}}};
  spec.volumes = {id + "-vol"};
  spec.user_namespace = users == Users::own;
  if (storage_bytes != 0) {
    spec.storage_bytes = storage_bytes;
  }
  return spec;
}

runtime::Sandbox Isolation::make(const std::string& id, Users users, std::uint64_t storage_bytes,
                                 bool share_namespaces) {
  auto spec = sandbox(id, users, storage_bytes);
  spec.share_pid_namespace = share_namespaces;
  spec.share_ipc_namespace = share_namespaces;
  auto made = world_.runtime().create_sandbox(spec);
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : runtime::Sandbox{};
}

runtime::ContainerSpec Isolation::container(const std::string& id, const std::string& script,
                                            const std::string& sandbox) const {
  auto spec = world_.shell(id, script);
  spec.sandbox = sandbox;
  spec.network = "task";
  return spec;
}

void Isolation::start(const runtime::ContainerSpec& spec) {
  const auto created = world_.runtime().create(spec);
  ASSERT_TRUE(created) << created.error().message;
  const auto started = world_.runtime().start(spec.id);
  ASSERT_TRUE(started) << started.error().message;
}

std::uint32_t Isolation::first_id(const std::string& container) {
  const auto status = world_.runtime().status(container);
  EXPECT_TRUE(status && status->pid > 0);
  std::istringstream map(text_of("/proc/" + std::to_string(status ? status->pid : 0) + "/uid_map"));
  std::uint32_t inside = 1;
  std::uint32_t outside = 0;
  std::uint32_t count = 0;
  map >> inside >> outside >> count;
  EXPECT_EQ(inside, 0U);
  EXPECT_EQ(count, 65'536U);
  return outside;
}

bool Isolation::connects(const std::string& address, std::uint16_t port) {
  const runtime::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &there.sin_addr);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

void Isolation::in_killed_process(const std::function<bool(runtime::ContainerRuntime&)>& work) {
  world_.close();
  testing::in_killed_process([&] { return world_.try_open(); }, work);
}

}  // namespace troupe::testing
