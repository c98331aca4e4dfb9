/// Starts the tests in namespaces of their own, or says why there is nothing to test.

#include "tests/docker/engine_process.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <unistd.h>
#include <cstdio>

int main(int argc, char** argv) {
  using troupe::testing::EngineProcess;
  testing::InitGoogleTest(&argc, argv);
  spdlog::set_level(spdlog::level::err);
  if (EngineProcess::program().empty()) {
    std::printf("SKIPPED: %s is not installed\n", EngineProcess::is_podman() ? "podman" : "dockerd");
    return 0;
  }
  if (geteuid() != 0) {
    std::printf("SKIPPED: a container engine needs root\n");
    return 0;
  }
  troupe::testing::leave_host_namespaces();
  return RUN_ALL_TESTS();
}
