/// Images stay as long as a container needs them, and no longer.

#include "tests/images/make_image.hpp"
#include "tests/oci/world.hpp"

namespace troupe::testing {
namespace {

using runtime::FailureKind;

class ImageUse : public OciTest {
 protected:
  std::string reference() const { return world_.shell("c", "").image; }
  std::string digest() { return world_.runtime().find_image(reference())->digest; }
  bool used(const std::string& digest) const {
    return runtime::image_in_use(world_.directory() + "/data", digest);
  }
  /// The same name for another image, as after a push to the registry.
  void replace() {
    ImageDescription description;
    description.tag = "busybox";
    description.environment = {"VERSION=2"};
    runtime::PullRequest request;
    request.reference = make_busybox_image(world_.directory() + "/layout", description).reference;
    request.policy = runtime::PullPolicy::always;
    const auto pulled = world_.runtime().pull(request);
    ASSERT_TRUE(pulled) << pulled.error().message;
  }
};

TEST_F(ImageUse, AnImageIsNotRemovedUnderItsContainer) {
  EXPECT_FALSE(used(digest()));
  ASSERT_EQ(world_.run(world_.shell("c", "exit 0")).exit.exit_code, 0);
  EXPECT_TRUE(used(digest())) << "it may be started again";
  const auto refused = world_.runtime().remove_image(reference());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::conflict);
  EXPECT_NE(refused.error().message.find("is in use by a container"), std::string::npos);
  ASSERT_TRUE(world_.runtime().release_sandbox("s"));
  EXPECT_FALSE(used(digest()));
  EXPECT_TRUE(world_.runtime().remove_image(reference()));
  EXPECT_TRUE(world_.runtime().status("c")->exit) << "it is still described";
}

TEST_F(ImageUse, AReplacedImageGoesWithTheNextPullThatNobodyNeedsItAt) {
  const auto old = digest();
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  replace();
  EXPECT_NE(digest(), old);
  EXPECT_TRUE(world_.runtime().find_image(old)) << "a container runs on it";
  replace();
  EXPECT_TRUE(world_.runtime().find_image(old));
  ASSERT_TRUE(world_.runtime().start("c"));
  ASSERT_TRUE(world_.runtime().remove("c"));
  replace();
  EXPECT_FALSE(world_.runtime().find_image(old));
  EXPECT_EQ(world_.runtime().list_images()->size(), 1U);
}

TEST_F(ImageUse, AReplacedImageIsGoneAfterAnOpen) {
  const auto old = digest();
  ASSERT_TRUE(world_.runtime().create(world_.shell("c", "sleep 600")));
  ASSERT_TRUE(world_.runtime().start("c"));
  replace();
  world_.close();
  world_.open();
  EXPECT_TRUE(world_.runtime().find_image(old)) << "an adopted container runs on it";
  ASSERT_TRUE(world_.runtime().remove("c"));
  world_.close();
  world_.open();
  EXPECT_FALSE(world_.runtime().find_image(old));
}

}  // namespace
}  // namespace troupe::testing
