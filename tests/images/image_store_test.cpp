/// The store as the adapter uses it, on images in local files: real skopeo,
/// real layers.

#include "runtime/images/image_store.hpp"

#include "tests/images/make_image.hpp"
#include "tests/images/scratch.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <filesystem>
#include <thread>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using runtime::Image;
using runtime::PullPolicy;

std::size_t files_in(const std::string& directory) {
  const std::filesystem::directory_iterator all(directory);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::uint64_t disk_bytes(const std::string& directory) {
  std::uint64_t total = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    struct stat found {};
    if (lstat(entry.path().c_str(), &found) == 0) total += static_cast<std::uint64_t>(found.st_blocks) * 512;
  }
  return total;
}

Layer layer_with(const std::string& path, const std::string& content) {
  return {.entries = {file(path, content)}};
}

std::string content(const std::string& path) {
  auto text = runtime::read_file(path);
  return text ? *text : text.error().message;
}

class ImageStoreTest : public ::testing::Test {
 protected:
  Scratch scratch_;
  std::string layout_ = scratch_.path("layout");
  std::unique_ptr<runtime::ImageStore> store_ = open_store(scratch_.path("store"));

  Image must_pull(const std::string& reference, PullPolicy policy = PullPolicy::if_missing) {
    auto image = store_->pull(request_for(reference, policy));
    EXPECT_TRUE(image) << image.error().message;
    return image ? *image : Image();
  }
};

TEST_F(ImageStoreTest, AnImageOfALayoutIsPulledAndUnpacked) {
  const auto made = make_busybox_image(layout_, {.layers = {layer_with("hello", "hi")},
                                                 .entrypoint = {"/bin/sh", "-c"},
                                                 .command = {"cat /hello"},
                                                 .environment = {"A=b c"},
                                                 .working_directory = "/tmp",
                                                 .user = "nobody",
                                                 .stop_signal = "SIGINT",
                                                 .volumes = {"/data"},
                                                 .exposed_ports = {}});
  const auto image = must_pull(made.reference);
  EXPECT_EQ(image.reference, made.reference);
  EXPECT_EQ(image.digest, made.digest);
  EXPECT_EQ(image.layers, made.diff_ids);
  EXPECT_GT(image.size_bytes, 1'000'000U);
  EXPECT_GT(image.pulled_at.time_since_epoch().count(), 0);
  EXPECT_EQ(image.config.entrypoint, (std::vector<std::string>{"/bin/sh", "-c"}));
  EXPECT_EQ(image.config.command, (std::vector<std::string>{"cat /hello"}));
  EXPECT_EQ(image.config.environment, (std::vector<std::string>{"PATH=/bin", "A=b c"}));
  EXPECT_EQ(image.config.working_directory, "/tmp");
  EXPECT_EQ(image.config.user, "nobody");
  EXPECT_EQ(image.config.stop_signal, "SIGINT");
  EXPECT_EQ(image.config.volumes, (std::vector<std::string>{"/data"}));
  const auto directories = store_->layer_directories(image);
  ASSERT_TRUE(directories);
  ASSERT_EQ(directories->size(), 2U);
  EXPECT_EQ(content(directories->front() + "/hello"), "hi");
  EXPECT_EQ(std::filesystem::read_symlink(directories->back() + "/bin/sh"), "busybox");
  EXPECT_EQ(files_in(scratch_.path("store/staging")), 0U);
}

TEST_F(ImageStoreTest, WhatIsPulledIsFoundAgainAfterReopening) {
  const auto made = make_image(layout_, {.layers = {layer_with("a", "1")}});
  const auto before = must_pull(made.reference);
  store_.reset();
  store_ = open_store(scratch_.path("store"));
  for (const auto& name : {made.reference, made.digest}) {
    const auto image = store_->find(name);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->digest, made.digest);
    EXPECT_EQ(image->size_bytes, before.size_bytes);
    EXPECT_EQ(image->config.stop_signal, "SIGTERM");
    EXPECT_TRUE(store_->layer_directories(*image));
  }
  EXPECT_EQ(store_->list().size(), 1U);
}

TEST_F(ImageStoreTest, EveryCompressionIsUnpacked) {
  for (const auto kind : {Compression::none, Compression::gzip, Compression::zstd, Compression::xz}) {
    auto layer = layer_with("kind", "compression " + std::to_string(static_cast<int>(kind)));
    layer.compression = kind;
    const auto made =
        make_image(layout_, {.layers = {layer}, .tag = "k" + std::to_string(static_cast<int>(kind))});
    const auto image = must_pull(made.reference);
    ASSERT_EQ(image.layers, made.diff_ids);
    EXPECT_EQ(content(store_->layer_directories(image)->front() + "/kind"), layer.entries.front().content);
  }
}

TEST_F(ImageStoreTest, SharedLayersAreOnDiskOnceAndBlobsTakeNoSpace) {
  const std::string big(3 << 20, 'x');
  Layer base{.entries = {file("big", big)}, .compression = Compression::none};
  const auto first = make_image(layout_, {.layers = {base, layer_with("a", "1")}, .tag = "first"});
  const auto second = make_image(layout_, {.layers = {base, layer_with("b", "2")}, .tag = "second"});
  must_pull(first.reference);
  const auto after_first = disk_bytes(scratch_.path("store"));
  EXPECT_LT(after_first, 4U << 20);
  must_pull(second.reference);
  EXPECT_LT(disk_bytes(scratch_.path("store")), after_first + (256 << 10));
  EXPECT_EQ(files_in(scratch_.path("store/layers")), 3U);
}

TEST_F(ImageStoreTest, ALayerInTwoCompressionsIsOneLayer) {
  auto layer = layer_with("a", "same");
  const auto first = make_image(layout_, {.layers = {layer}, .tag = "gzip"});
  layer.compression = Compression::zstd;
  const auto second = make_image(layout_, {.layers = {layer}, .tag = "zstd"});
  EXPECT_EQ(must_pull(first.reference).layers, must_pull(second.reference).layers);
  EXPECT_EQ(files_in(scratch_.path("store/layers")), 1U);
  // Both blobs are stand-ins now; a third image finds them.
  const auto third = make_image(layout_, {.layers = {layer}, .command = {"x"}, .tag = "third"});
  EXPECT_EQ(must_pull(third.reference).layers, third.diff_ids);
}

TEST_F(ImageStoreTest, AnImageCannotClaimALayerItDoesNotBring) {
  const auto owner = make_image(layout_, {.layers = {layer_with("secret", "s3cret")}, .tag = "owner"});
  must_pull(owner.reference);
  Layer lie = layer_with("other", "o");
  lie.diff_id = owner.diff_ids.front();
  const auto thief = make_image(layout_, {.layers = {lie}, .tag = "thief"});
  const auto image = store_->pull(request_for(thief.reference));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, FailureKind::failed);
  EXPECT_NE(image.error().message.find("but the image says"), std::string::npos) << image.error().message;
  EXPECT_FALSE(store_->find(thief.reference));
  EXPECT_TRUE(store_->layer_directories(*store_->find(owner.reference)));
}

TEST_F(ImageStoreTest, AWrongDiffIdFailsAndLeavesNothing) {
  Layer lie = layer_with("a", "1");
  lie.diff_id = "sha256:" + std::string(64, '0');
  const auto made = make_image(layout_, {.layers = {lie}});
  const auto image = store_->pull(request_for(made.reference));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, FailureKind::failed);
  for (const auto* part : {"layers", "staging", "images", "blobs/sha256"}) {
    EXPECT_EQ(files_in(scratch_.path("store/") + part), 0U) << part;
  }
}

TEST_F(ImageStoreTest, PoliciesDecideWhoIsAsked) {
  const auto old = make_image(layout_, {.layers = {layer_with("v", "1")}});
  const auto never = store_->pull(request_for(old.reference, PullPolicy::never));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, FailureKind::not_found);
  must_pull(old.reference);
  const auto fresh = make_image(layout_, {.layers = {layer_with("v", "2")}});
  EXPECT_EQ(must_pull(old.reference, PullPolicy::never).digest, old.digest);
  EXPECT_EQ(must_pull(old.reference, PullPolicy::if_missing).digest, old.digest);
  EXPECT_EQ(must_pull(old.reference, PullPolicy::always).digest, fresh.digest);
  EXPECT_EQ(store_->find(old.reference)->digest, fresh.digest);
}

TEST_F(ImageStoreTest, AReplacedImageStaysUntilNobodyUsesIt) {
  const auto old = make_image(layout_, {.layers = {layer_with("v", "1")}});
  must_pull(old.reference);
  make_image(layout_, {.layers = {layer_with("v", "2")}});
  must_pull(old.reference, PullPolicy::always);
  const auto kept = store_->find(old.digest);
  ASSERT_TRUE(kept);
  EXPECT_TRUE(store_->layer_directories(*kept));
  ASSERT_TRUE(store_->prune([&](const Image& image) { return image.digest == old.digest; }));
  EXPECT_TRUE(store_->find(old.digest));
  ASSERT_TRUE(store_->prune([](const Image&) { return false; }));
  EXPECT_FALSE(store_->find(old.digest));
  EXPECT_TRUE(store_->find(old.reference));
  EXPECT_EQ(files_in(scratch_.path("store/layers")), 1U);
}

TEST_F(ImageStoreTest, RemovingFreesWhatNoOtherImageHas) {
  const auto shared = layer_with("base", "b");
  const auto first = make_image(layout_, {.layers = {shared, layer_with("a", "1")}, .tag = "first"});
  const auto second = make_image(layout_, {.layers = {shared, layer_with("b", "2")}, .tag = "second"});
  must_pull(first.reference);
  must_pull(second.reference);
  const auto in_use = store_->remove(first.reference, [](const Image&) { return true; });
  ASSERT_FALSE(in_use);
  EXPECT_EQ(in_use.error().kind, FailureKind::conflict);
  ASSERT_TRUE(store_->remove(first.reference, nullptr));
  EXPECT_FALSE(store_->find(first.reference));
  EXPECT_EQ(files_in(scratch_.path("store/layers")), 2U);
  EXPECT_TRUE(store_->layer_directories(*store_->find(second.reference)));
  ASSERT_TRUE(store_->remove(first.reference, nullptr)) << "removing may be repeated";
  ASSERT_TRUE(store_->remove(second.reference, nullptr));
  for (const auto* part : {"layers", "staging", "images", "blobs/sha256"}) {
    EXPECT_EQ(files_in(scratch_.path("store/") + part), 0U) << part;
  }
  EXPECT_EQ(must_pull(first.reference).layers, first.diff_ids) << "and it can be pulled again";
}

TEST_F(ImageStoreTest, OneOfSeveralNamesGoesEvenWhenTheImageIsInUse) {
  const auto made = make_image(layout_, {.layers = {layer_with("a", "1")}});
  must_pull(made.reference);
  const auto tagged = store_->tag(made.reference, "web:v1");
  ASSERT_TRUE(tagged) << tagged.error().message;
  EXPECT_EQ(tagged->reference, "docker.io/library/web:v1");
  EXPECT_TRUE(store_->find("web:v1"));
  EXPECT_TRUE(store_->find("docker.io/library/web@" + made.digest));
  EXPECT_FALSE(store_->find("other@" + made.digest));
  const auto used = [](const Image&) { return true; };
  ASSERT_TRUE(store_->remove(made.reference, used));
  const auto last = store_->remove("web:v1", used);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().kind, FailureKind::conflict);
}

TEST_F(ImageStoreTest, ADockerArchiveIsFoundUnderItsOwnNames) {
  const auto made = make_image(layout_, {.layers = {layer_with("a", "1"), layer_with("b", "2")}});
  const auto archive = scratch_.path("saved.tar");
  runtime::Command save;
  save.argv = {"skopeo", "copy", made.reference, "docker-archive:" + archive + ":example/web:v7"};
  ASSERT_TRUE(runtime::run_checked(save));
  const auto image = must_pull("docker-archive:" + archive);
  EXPECT_EQ(image.layers, made.diff_ids);
  const auto named = store_->find("example/web:v7");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->digest, image.digest);
  EXPECT_EQ(content(store_->layer_directories(*named)->front() + "/b"), "2");
}

TEST_F(ImageStoreTest, AnOciArchiveIsPulled) {
  const auto made = make_image(layout_, {.layers = {layer_with("a", "1")}});
  const auto archive = scratch_.path("image.tar");
  runtime::Command save;
  save.argv = {"skopeo", "copy", made.reference, "oci-archive:" + archive};
  ASSERT_TRUE(runtime::run_checked(save));
  EXPECT_EQ(must_pull("oci-archive:" + archive).digest, made.digest);
}

TEST_F(ImageStoreTest, MissingSourcesAreNotFoundInOneLine) {
  make_image(layout_, {.layers = {layer_with("a", "1")}});
  for (const auto& reference : {"oci:" + scratch_.path("nowhere") + ":x", "oci:" + layout_ + ":other",
                                "docker-archive:" + scratch_.path("nothing.tar")}) {
    const auto image = store_->pull(request_for(reference));
    ASSERT_FALSE(image) << reference;
    EXPECT_EQ(image.error().kind, FailureKind::not_found) << image.error().message;
    EXPECT_EQ(image.error().message.find_first_of("\n\""), image.error().message.find('"'));
    EXPECT_FALSE(image.error().message.starts_with("time="));
    EXPECT_EQ(image.error().message.find("level="), std::string::npos);
  }
}

TEST_F(ImageStoreTest, AReferenceThatCannotBeIsInvalid) {
  const auto image = store_->pull(request_for("Not/Valid:"));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, FailureKind::invalid);
}

TEST_F(ImageStoreTest, ManyAtOnceGetTheSameImage) {
  const auto made = make_busybox_image(layout_);
  std::vector<std::thread> threads;
  std::vector<std::string> digests(16);
  for (auto& digest : digests) {
    threads.emplace_back([&] {
      auto image = store_->pull(request_for(made.reference));
      digest = image ? image->digest : image.error().message;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& digest : digests) EXPECT_EQ(digest, made.digest);
  EXPECT_EQ(files_in(scratch_.path("store/layers")), 1U);
  EXPECT_EQ(files_in(scratch_.path("store/staging")), 0U);
}

TEST_F(ImageStoreTest, PullsOfImagesThatShareALayerAndRemovalsDoNotHarmEachOther) {
  const auto shared = layer_with("base", std::string(1 << 20, 'b'));
  std::vector<MadeImage> images;
  for (int i = 0; i < 4; ++i) {
    const auto own = layer_with("own", std::to_string(i));
    images.push_back(make_image(layout_, {.layers = {shared, own}, .tag = "t" + std::to_string(i)}));
  }
  std::vector<std::thread> threads;
  for (const auto& made : images) {
    threads.emplace_back([this, &made] {
      for (int round = 0; round < 6; ++round) {
        auto image = store_->pull(request_for(made.reference, PullPolicy::always));
        EXPECT_TRUE(image) << image.error().message;
        if (round == 5) break;
        EXPECT_TRUE(store_->remove(made.reference, nullptr));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& made : images) {
    const auto image = store_->find(made.reference);
    ASSERT_TRUE(image);
    EXPECT_TRUE(store_->layer_directories(*image));
  }
  EXPECT_EQ(files_in(scratch_.path("store/layers")), 5U);
}

TEST_F(ImageStoreTest, WhatAnotherStorePulledOrRemovedIsSeenAtOnce) {
  const auto made = make_image(layout_, {.layers = {layer_with("a", "1")}});
  const auto other = open_store(scratch_.path("store"));
  EXPECT_FALSE(store_->find(made.reference));
  ASSERT_TRUE(other->pull(request_for(made.reference)));
  EXPECT_TRUE(store_->find(made.reference));
  ASSERT_TRUE(store_->remove(made.reference, nullptr));
  EXPECT_FALSE(other->find(made.reference));
}

TEST_F(ImageStoreTest, LimitsStopAnImageThatIsTooLarge) {
  const auto small = open_store(scratch_.path("small"), {.unpacked_bytes = 100'000, .entries = 10});
  auto one = layer_with("a", std::string(60'000, 'a'));
  auto two = layer_with("b", std::string(60'000, 'b'));
  Layer many{.entries = {}};
  for (int i = 0; i < 11; ++i) many.entries.push_back(directory("d" + std::to_string(i)));
  const auto both = make_image(layout_, {.layers = {one, two}, .tag = "both"});
  const auto crowd = make_image(layout_, {.layers = {many}, .tag = "crowd"});
  for (const auto& made : {both, crowd}) {
    const auto image = small->pull(request_for(made.reference));
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, FailureKind::no_space) << image.error().message;
    EXPECT_NE(image.error().message.find("limit"), std::string::npos);
  }
  EXPECT_EQ(files_in(scratch_.path("small/layers")), 0U);
  EXPECT_EQ(files_in(scratch_.path("small/blobs/sha256")), 0U);
}

}  // namespace
}  // namespace troupe::testing
