/// User namespaces that many threads make at the same time.

#include "runtime/network/user_namespaces.hpp"

#include "runtime/network/namespaces.hpp"
#include "tests/network/world.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

namespace troupe::runtime {
namespace {

constexpr int kThreads = 8;
constexpr int kEach = 25;

/// Each is made by a child, which has a copy of every descriptor there was when it was
/// born. None may keep what another waits for.
TEST(UserNamespaces, AreMadeByManyThreadsAtOnce) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const ScratchDirectory scratch;
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const std::string path = scratch.path() + "/" + std::to_string(thread) + "-" + std::to_string(i);
        const auto first = 0x1000'0000U + static_cast<unsigned>(thread * kEach + i) * 65'536;
        const auto done = make_user_namespace(path, {first, 65'536});
        EXPECT_TRUE(done.has_value()) << done.error().message;
        made += done.has_value() && remove_namespace(path).has_value() ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(made, kThreads * kEach);
}

}  // namespace
}  // namespace troupe::runtime
