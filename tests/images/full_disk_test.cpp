/// A store on a file system of a few megabytes: pulls that do not fit say so,
/// and leave room.

#include "tests/images/make_image.hpp"
#include "tests/images/private_mounts.hpp"
#include "tests/images/scratch.hpp"

#include <filesystem>
#include <random>

namespace troupe::testing {
namespace {

using runtime::FailureKind;

std::string noise(std::size_t size) {
  std::mt19937_64 random(7);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class FullDiskTest : public ::testing::Test {
 protected:
  Scratch scratch_;
  std::string layout_ = scratch_.path("layout");
  std::string place_ = scratch_.make("store");
  std::unique_ptr<Mounted> disk_;
  std::unique_ptr<runtime::ImageStore> store_;

  void SetUp() override {
    keep_mounts_private();
    disk_ = std::make_unique<Mounted>("tmpfs", place_, "size=4m");
    store_ = open_store(place_);
    ASSERT_NE(store_, nullptr);
  }

  [[nodiscard]] std::uintmax_t free_bytes() const { return std::filesystem::space(place_).available; }

  void expect_no_space(const MadeImage& made) {
    const auto before = free_bytes();
    const auto image = store_->pull(request_for(made.reference));
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, FailureKind::no_space) << image.error().message;
    EXPECT_NE(image.error().message.find("o space left on device"), std::string::npos)
        << image.error().message;
    EXPECT_FALSE(store_->find(made.reference));
    EXPECT_GE(free_bytes() + 64 * 1024, before) << "nothing half left";
    EXPECT_TRUE(std::filesystem::is_empty(place_ + "/staging"));
  }
};

TEST_F(FullDiskTest, WhatDoesNotFitLeavesTheStoreAsItWas) {
  const auto small = make_image(layout_, {.layers = {{.entries = {file("a", "1")}}}, .tag = "small"});
  ASSERT_TRUE(store_->pull(request_for(small.reference)));
  // The first does not fit as a blob, the second only when it is unpacked.
  const auto blob =
      make_image(layout_, {.layers = {{.entries = {file("n", noise(6 << 20))}}}, .tag = "blob"});
  const auto zeros = make_image(layout_, {.layers = {{.entries = {file("ok", "1")}},
                                                     {.entries = {file("z", std::string(16 << 20, 'z'))}}},
                                          .tag = "zeros"});
  expect_no_space(blob);
  expect_no_space(zeros);
  EXPECT_TRUE(store_->layer_directories(*store_->find(small.reference)));
  ASSERT_EQ(mount("tmpfs", place_.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
  EXPECT_TRUE(store_->pull(request_for(zeros.reference)));
  EXPECT_TRUE(store_->pull(request_for(blob.reference)));
}

TEST_F(FullDiskTest, NoRoomEvenForARecordIsNoSpace) {
  const auto small = make_image(layout_, {.layers = {{.entries = {file("a", "1")}}}, .tag = "small"});
  ASSERT_TRUE(store_->pull(request_for(small.reference)));
  const auto filler = place_ + "/filler";
  std::string rest(free_bytes(), 'x');
  (void)runtime::write_file_atomically(filler, rest);
  while (!runtime::read_file(filler)) {
    rest.resize(rest.size() - 4096);
    (void)runtime::write_file_atomically(filler, rest);
  }
  const auto tagged = store_->tag(small.reference, "other:v1");
  ASSERT_FALSE(tagged);
  EXPECT_EQ(tagged.error().kind, FailureKind::no_space) << tagged.error().message;
  EXPECT_FALSE(store_->find("other:v1"));
  EXPECT_TRUE(store_->remove(small.reference, nullptr)) << "removing needs no room";
  EXPECT_FALSE(store_->find(small.reference));
}

}  // namespace
}  // namespace troupe::testing
