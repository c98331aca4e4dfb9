/// Images from a registry, and what the engine's refusals become.

#include "tests/docker/world.hpp"
#include "tests/images/make_image.hpp"
#include "tests/images/registry.hpp"

#include <gmock/gmock.h>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using runtime::PullPolicy;
using ::testing::HasSubstr;

class DockerImages : public DockerTest {
 protected:
  runtime::Result<runtime::Image> pull(const std::string& reference,
                                       PullPolicy policy = PullPolicy::if_missing,
                                       const RegistryLogin& login = {}) {
    runtime::PullRequest request;
    request.reference = reference;
    request.policy = policy;
    request.deadline = std::chrono::seconds(30);
    if (!login.username.empty()) {
      request.credentials = {login.username, runtime::Secret(login.password)};
    }
    return world_.runtime().pull(request);
  }
  MadeImage make(const std::string& text) {
    const Layer layer{.entries = {file("text", text)}};
    return make_image(world_.directory() + "/layout", {.layers = {layer}, .command = {"/x"}});
  }
};

TEST_F(DockerImages, TagsAndDigestsArePulledAndRefusalsAreTold) {
  Registry registry(world_.directory() + "/registry");
  const auto first = make("one");
  registry.push(first.reference, "web:v1", {"--format=v2s2"});
  const auto name = registry.name("web:v1");
  const auto image = pull(name);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->reference, name);
  EXPECT_EQ(image->layers, first.diff_ids);
  EXPECT_EQ(image->config.command, std::vector<std::string>{"/x"});
  EXPECT_EQ(world_.runtime().find_image(image->digest)->layers, first.diff_ids) << "by its digest alone";
  const auto pinned = pull(registry.name("web@") + image->digest);
  ASSERT_TRUE(pinned) << pinned.error().message;
  EXPECT_EQ(pinned->digest, image->digest);

  registry.push(make("two").reference, "web:v1", {"--format=v2s2"});
  EXPECT_EQ(pull(name)->digest, image->digest) << "it is here";
  EXPECT_NE(pull(name, PullPolicy::always)->digest, image->digest);

  const auto unknown = pull(registry.name("web:v9"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, FailureKind::not_found) << unknown.error().message;
  EXPECT_THAT(unknown.error().message, HasSubstr("manifest"));
  EXPECT_EQ(pull("nothing:at-all", PullPolicy::never).error().kind, FailureKind::not_found);
  EXPECT_EQ(pull("127.0.0.1:1/a/b:c").error().kind, FailureKind::unavailable);
  EXPECT_EQ(pull("NOT A NAME").error().kind, FailureKind::invalid);
  EXPECT_TRUE(world_.runtime().remove_image(name));
  EXPECT_TRUE(world_.runtime().remove_image(name)) << "may be repeated";
}

TEST_F(DockerImages, ARegistryMayWantALogin) {
  const RegistryLogin ann{"ann", "secret"};
  Registry registry(world_.directory() + "/registry", ann);
  registry.push(make("one").reference, "web:v1", {"--format=v2s2"});
  const auto refused = pull(registry.name("web:v1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::denied) << refused.error().message;
  const auto pulled = pull(registry.name("web:v1"), PullPolicy::if_missing, ann);
  EXPECT_TRUE(pulled) << pulled.error().message;
}

TEST_F(DockerImages, LoadedFilesAreListedUnderTheirOwnNames) {
  const auto reference = world_.image("mine", [](ImageDescription& image) { image.environment = {"A=1"}; });
  bool listed = false;
  const auto images = world_.runtime().list_images();
  ASSERT_TRUE(images);
  for (const auto& image : *images) {
    listed = listed || image.reference == reference;
  }
  EXPECT_TRUE(listed);
  const auto missing = pull("oci:" + world_.directory() + "/layout:absent");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, FailureKind::not_found) << missing.error().message;
}

}  // namespace
}  // namespace troupe::testing
