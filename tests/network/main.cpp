// Runs the tests on a host of their own, or one of the roles that the tests
// start as processes of their own.

#include "tests/network/roles.hpp"
#include "tests/network/world.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstring>

int main(int argc, char** argv) {
  using namespace troupe::runtime;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("network"));
  if (argc == 3 && std::strcmp(argv[1], crash_role) == 0) {
    return work_until_killed(argv[2]);
  }
  become_own_host();
  if (argc == 3 && std::strcmp(argv[1], bench_role) == 0) {
    return measure(argv[2]);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
