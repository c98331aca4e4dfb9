/// What a container would see: the layers of an image under a real overlayfs.

#include "tests/images/make_image.hpp"
#include "tests/images/private_mounts.hpp"
#include "tests/images/scratch.hpp"

#include <filesystem>
#include <set>

namespace troupe::testing {
namespace {

class OverlayTest : public ::testing::Test {
 protected:
  Scratch scratch_;
  std::unique_ptr<runtime::ImageStore> store_ = open_store(scratch_.path("store"));
  std::string root_ = scratch_.make("root");
  std::unique_ptr<Mounted> mounted_;

  void SetUp() override { keep_mounts_private(); }

  void mount_image(const std::vector<Layer>& layers) {
    const auto made = make_image(scratch_.path("layout"), {.layers = layers});
    const auto image = store_->pull(request_for(made.reference));
    ASSERT_TRUE(image) << image.error().message;
    const auto directories = store_->layer_directories(*image);
    ASSERT_TRUE(directories);
    std::string lower;
    for (const auto& directory : *directories) lower += (lower.empty() ? "" : ":") + directory;
    const auto options =
        "lowerdir=" + lower + ",upperdir=" + scratch_.make("upper") + ",workdir=" + scratch_.make("work");
    mounted_ = std::make_unique<Mounted>("overlay", root_, options);
  }

  [[nodiscard]] std::set<std::string> names(const std::string& directory) const {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(root_ + "/" + directory)) {
      found.insert(entry.path().filename().string());
    }
    return found;
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    auto text = runtime::read_file(root_ + "/" + name);
    return text ? *text : text.error().message;
  }
};

using Names = std::set<std::string>;

TEST_F(OverlayTest, WhiteoutsAndOpaqueDirectoriesHideWhatIsBelow) {
  mount_image({{.entries = {file("keep", "1"), file("gone", "1"), file("changed", "1"),
                            file("cleared/old", "1"), file("folder/a", "1"), file("folder/b", "1"),
                            file("remade/old", "1"), file("tree/deep/file", "1")}},
               {.entries = {file(".wh.gone", ""), file("changed", "2"), file("cleared/.wh..wh..opq", ""),
                            file("cleared/new", "2"), file("folder/.wh.a", ""), file(".wh.remade", ""),
                            directory("remade"), file("remade/new", "2"), file(".wh.tree", "")}}});
  EXPECT_EQ(names(""), (Names{"keep", "changed", "cleared", "folder", "remade"}));
  EXPECT_EQ(content("changed"), "2");
  EXPECT_EQ(names("cleared"), (Names{"new"}));
  EXPECT_EQ(names("folder"), (Names{"b"}));
  EXPECT_EQ(names("remade"), (Names{"new"}));
}

TEST_F(OverlayTest, WhatAThirdLayerBringsBackIsBack) {
  mount_image({{.entries = {file("a", "1"), file("d/x", "1")}},
               {.entries = {file(".wh.a", ""), file(".wh.d", "")}},
               {.entries = {file("a", "3"), file("d/y", "3")}}});
  EXPECT_EQ(content("a"), "3");
  EXPECT_EQ(names("d"), (Names{"y"}));
}

TEST_F(OverlayTest, ManyLayersFitIntoOneMount) {
  std::vector<Layer> layers;
  for (int i = 0; i < 40; ++i)
    layers.push_back({.entries = {file("f" + std::to_string(i), "x"), file("same", std::to_string(i))}});
  mount_image(layers);
  EXPECT_EQ(names("").size(), 41U);
  EXPECT_EQ(content("same"), "39");
}

TEST_F(OverlayTest, WritingLeavesTheLayersAsTheyAre) {
  mount_image({{.entries = {file("a", "1")}}});
  ASSERT_TRUE(runtime::write_file_atomically(root_ + "/a", "2"));
  mounted_.reset();
  const auto directories = store_->layer_directories(store_->list().front());
  EXPECT_EQ(*runtime::read_file(directories->front() + "/a"), "1");
}

}  // namespace
}  // namespace troupe::testing
