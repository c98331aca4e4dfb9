/// kill -9 while images are pulled and removed: the next store finds whole
/// images or none, and cleans the rest.

#include "tests/images/make_image.hpp"
#include "tests/images/scratch.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <random>
#include <set>

namespace troupe::testing {
namespace {

std::set<std::string> names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.insert(entry.path().filename());
  return names;
}

class CrashTest : public ::testing::Test {
 protected:
  static constexpr int kFiles = 40;
  Scratch scratch_;
  std::string place_ = scratch_.path("store");
  std::vector<MadeImage> images_;

  void SetUp() override {
    // skopeo outlives its killed parent for a moment; so it becomes our child, and we wait.
    ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    for (int i = 0; i < 3; ++i) {
      Layer shared;
      Layer own{.entries = {file("own", std::to_string(i))}};
      for (int k = 0; k < kFiles; ++k)
        shared.entries.push_back(file("f" + std::to_string(k), std::string(8000, 's')));
      images_.push_back(
          make_image(scratch_.path("layout"), {.layers = {shared, own}, .tag = "t" + std::to_string(i)}));
    }
  }

  /// Pulls and removes for ever, in a process of its own.
  [[noreturn]] void churn(unsigned seed) {
    std::mt19937 random(seed);
    auto store = open_store(place_);
    while (true) {
      const auto& made = images_[random() % images_.size()];
      if (!store->pull(request_for(made.reference, runtime::PullPolicy::always))) _exit(1);
      if (random() % 2 == 0 && !store->remove(made.reference, nullptr)) _exit(2);
    }
  }

  void run_and_kill(unsigned seed, int after_ms) {
    const pid_t child = fork();
    if (child == 0) churn(seed);
    poll(nullptr, 0, after_ms);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, WNOHANG), 0) << "the child ended by itself: " << status;
    kill(child, SIGKILL);
    while (waitpid(-1, nullptr, 0) > 0) {
    }
  }

  void expect_whole(unsigned seed) {
    const auto store = open_store(place_);
    std::set<std::string> layers;
    for (const auto& image : store->list()) {
      const auto directories = store->layer_directories(image);
      ASSERT_TRUE(directories) << "seed " << seed << ": " << directories.error().message;
      EXPECT_EQ(names_in(directories->back()).size(), static_cast<std::size_t>(kFiles));
      EXPECT_EQ(runtime::read_file(directories->back() + "/f7")->size(), 8000U);
      layers.insert(image.layers.begin(), image.layers.end());
    }
    EXPECT_EQ(names_in(place_ + "/layers").size(), layers.size()) << "seed " << seed;
    EXPECT_TRUE(names_in(place_ + "/staging").empty()) << "seed " << seed;
    // Each image has a manifest, a configuration and its own layer; one layer is shared.
    const auto images = store->list().size();
    EXPECT_EQ(names_in(place_ + "/blobs/sha256").size(), images == 0 ? 0 : images * 3 + 1) << "seed " << seed;
  }
};

TEST_F(CrashTest, AKillAtAnyTimeLeavesWholeImagesOrNone) {
  std::mt19937 random(20261122);
  for (unsigned round = 0; round < 25; ++round) {
    run_and_kill(round, 5 + static_cast<int>(random() % 200));
    expect_whole(round);
  }
  const auto store = open_store(place_);
  for (const auto& made : images_) {
    const auto image = store->pull(request_for(made.reference));
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->layers, made.diff_ids);
  }
}

}  // namespace
}  // namespace troupe::testing
