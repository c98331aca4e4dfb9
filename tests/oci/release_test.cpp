/// What a release frees of this adapter's own.

#include "tests/oci/world.hpp"

#include <unistd.h>

namespace troupe::testing {
namespace {

TEST_F(OciTest, AReleasedContainerHasNoRootFileSystem) {
  EXPECT_EQ(world_.run(world_.shell("c", "exit 3")).exit.exit_code, 3);
  const std::string root = world_.directory() + "/data/containers/c/rootfs";
  ASSERT_EQ(access(root.c_str(), F_OK), 0);
  const auto released = world_.runtime().release_sandbox("s");
  ASSERT_TRUE(released) << released.error().message;
  EXPECT_NE(access(root.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace troupe::testing
