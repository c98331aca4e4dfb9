/// The store and a real registry: tags, digests, logins, and what is asked how often.

#include "tests/images/registry.hpp"

#include "runtime/images/sha256.hpp"
#include "tests/images/make_image.hpp"
#include "tests/images/scratch.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <thread>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using runtime::Image;
using runtime::PullPolicy;

/// A socket of the loopback interface that nobody accepts on, or even listens to.
class DeadEnd {
 public:
  explicit DeadEnd(bool listens) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_TRUE(!listens || listen(socket_.get(), 8) == 0);
    name_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  runtime::Descriptor socket_;
  std::string name_;
};

std::string some_digest() {
  return "sha256:" + std::string(64, '7');
}

class RegistryTest : public ::testing::Test {
 protected:
  Scratch scratch_;
  std::string layout_ = scratch_.path("layout");
  Registry registry_{scratch_.path("registry")};
  std::unique_ptr<runtime::ImageStore> store_ = open_store(scratch_.path("store"));

  MadeImage push_text(const std::string& target, const std::string& text) {
    Layer base{.entries = {file("base", std::string(200'000, 'b'))}};
    Layer own{.entries = {file("text", text)}};
    const auto made = make_image(layout_, {.layers = {base, own}, .command = {"/x"}});
    registry_.push(made.reference, target);
    return made;
  }

  Image must_pull(const std::string& reference, PullPolicy policy = PullPolicy::if_missing) {
    auto image = store_->pull(request_for(reference, policy));
    EXPECT_TRUE(image) << image.error().message;
    return image ? *image : Image();
  }

  void expect_refusal(const std::string& reference, FailureKind kind, const std::string& words) {
    const auto image = store_->pull(request_for(reference));
    ASSERT_FALSE(image) << reference;
    EXPECT_EQ(image.error().kind, kind) << image.error().message;
    EXPECT_NE(image.error().message.find(words), std::string::npos) << image.error().message;
    EXPECT_FALSE(image.error().message.starts_with("time="));
    EXPECT_EQ(image.error().message.find('\n'), std::string::npos);
  }
};

TEST_F(RegistryTest, ATagIsPulledOverPlainHttpAndFoundByEveryName) {
  const auto made = push_text("a/web:v1", "one");
  const auto image = must_pull(registry_.name("a/web:v1"));
  EXPECT_EQ(image.reference, registry_.name("a/web:v1"));
  EXPECT_EQ(image.digest, made.digest);
  EXPECT_EQ(image.layers, made.diff_ids);
  for (const auto& name : {registry_.name("a/web:v1"), registry_.name("a/web@") + made.digest, made.digest}) {
    EXPECT_TRUE(store_->find(name)) << name;
  }
  EXPECT_FALSE(store_->find(registry_.name("a/web")));
}

TEST_F(RegistryTest, ADigestReferenceIsPulledAndAWrongOneIsNot) {
  const auto made = push_text("web:v1", "one");
  const auto image = must_pull(registry_.name("web@") + made.digest);
  EXPECT_EQ(image.reference, registry_.name("web@") + made.digest);
  EXPECT_EQ(image.digest, made.digest);
  expect_refusal(registry_.name("web@") + some_digest(), FailureKind::not_found, "manifest unknown");
}

TEST_F(RegistryTest, AnImageInDockersFormatKeepsTheRegistrysDigest) {
  const auto made = make_image(layout_, {.layers = {Layer{.entries = {file("a", "1")}}}});
  registry_.push(made.reference, "docker:v2", {"--format=v2s2"});
  runtime::Command inspect;
  inspect.argv = {"skopeo", "inspect", "--raw", "--tls-verify=false",
                  "docker://" + registry_.name("docker:v2")};
  const auto manifest = runtime::run_checked(inspect);
  ASSERT_TRUE(manifest);
  const auto image = must_pull(registry_.name("docker:v2"));
  EXPECT_NE(image.digest, made.digest);
  EXPECT_EQ(image.digest, runtime::sha256_digest(*manifest));
  EXPECT_EQ(image.layers, made.diff_ids);
  EXPECT_EQ(must_pull(registry_.name("docker@") + image.digest).layers, made.diff_ids);
}

TEST_F(RegistryTest, OfSeveralPlatformsThisOneIsTaken) {
  const auto other_architecture = this_architecture() == "amd64" ? "arm64" : "amd64";
  const auto ours = make_image(layout_, {.layers = {Layer{.entries = {file("a", "ours")}}}, .tag = "ours"});
  const auto theirs = make_image(layout_, {.layers = {Layer{.entries = {file("a", "theirs")}}},
                                           .tag = "theirs",
                                           .architecture = other_architecture});
  const auto both =
      make_multi_platform(layout_, "both", {{this_architecture(), ours}, {other_architecture, theirs}});
  const auto foreign = make_multi_platform(layout_, "foreign", {{other_architecture, theirs}});
  registry_.push("oci:" + layout_ + ":both", "multi:both", {"--all"});
  registry_.push("oci:" + layout_ + ":foreign", "multi:foreign", {"--all"});
  const auto image = must_pull(registry_.name("multi:both"));
  EXPECT_EQ(image.digest, both);
  EXPECT_EQ(image.layers, ours.diff_ids);
  EXPECT_EQ(must_pull(registry_.name("multi@") + both).layers, ours.diff_ids);
  EXPECT_EQ(must_pull("oci:" + layout_ + ":both").layers, ours.diff_ids);
  expect_refusal(registry_.name("multi:foreign"), FailureKind::not_found, "no image found");
}

TEST_F(RegistryTest, UnknownNamesAreNotFound) {
  push_text("web:v1", "one");
  expect_refusal(registry_.name("web:v2"), FailureKind::not_found, "manifest unknown");
  expect_refusal(registry_.name("nothing:v1"), FailureKind::not_found, "unknown");
}

TEST_F(RegistryTest, WhoDoesNotAnswerIsUnavailable) {
  const DeadEnd closed(false);
  expect_refusal(closed.name() + "/web:v1", FailureKind::unavailable, "connection refused");
  const DeadEnd silent(true);
  auto request = request_for(silent.name() + "/web:v1");
  request.deadline = std::chrono::seconds(1);
  const auto started = std::chrono::steady_clock::now();
  const auto image = store_->pull(request);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, FailureKind::unavailable) << image.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

TEST_F(RegistryTest, AtOnceIsOnce) {
  const auto made = push_text("web:v1", "one");
  std::vector<std::thread> threads;
  std::vector<std::string> digests(12);
  for (auto& digest : digests) {
    threads.emplace_back([&] {
      auto image = store_->pull(request_for(registry_.name("web:v1")));
      digest = image ? image->digest : image.error().message;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& digest : digests) EXPECT_EQ(digest, made.digest);
  EXPECT_EQ(registry_.gets_of("/v2/web/blobs/"), 3U) << "two layers and a configuration";
  EXPECT_EQ(registry_.gets_of("/v2/web/manifests/"), 2U) << "what the tag means, then the image";
}

TEST_F(RegistryTest, AnImageThatIsHereIsNotAskedFor) {
  push_text("web:v1", "one");
  must_pull(registry_.name("web:v1"));
  const auto before = registry_.gets_of("/v2/");
  for (int i = 0; i < 100; ++i) must_pull(registry_.name("web:v1"));
  EXPECT_EQ(registry_.gets_of("/v2/"), before);
}

TEST_F(RegistryTest, ASharedLayerIsFetchedOnceAlsoAfterReopening) {
  push_text("one:v1", "one");
  const auto two = push_text("two:v1", "two");
  must_pull(registry_.name("one:v1"));
  store_.reset();
  store_ = open_store(scratch_.path("store"));
  const auto image = must_pull(registry_.name("two:v1"));
  EXPECT_EQ(registry_.gets_of("/v2/one/blobs/"), 3U);
  EXPECT_EQ(registry_.gets_of("/v2/two/blobs/"), 2U) << "its own layer and its configuration";
  const auto directories = store_->layer_directories(image);
  ASSERT_TRUE(directories);
  EXPECT_EQ(runtime::read_file(directories->back() + "/base")->size(), 200'000U);
}

TEST_F(RegistryTest, AlwaysAsksAndFetchesOnlyWhatIsNew) {
  const auto old = push_text("web:v1", "one");
  const auto first = must_pull(registry_.name("web:v1"));
  const auto again = must_pull(registry_.name("web:v1"), PullPolicy::always);
  EXPECT_EQ(again.pulled_at, first.pulled_at);
  EXPECT_EQ(registry_.gets_of("/v2/web/blobs/"), 3U);
  const auto fresh = push_text("web:v1", "two");
  EXPECT_EQ(must_pull(registry_.name("web:v1")).digest, old.digest);
  EXPECT_EQ(must_pull(registry_.name("web:v1"), PullPolicy::always).digest, fresh.digest);
  EXPECT_EQ(registry_.gets_of("/v2/web/blobs/"), 5U);
  EXPECT_TRUE(store_->find(registry_.name("web@") + old.digest));
}

TEST_F(RegistryTest, AReplacedImageThatIsPulledByItsDigestIsKept) {
  const auto name = registry_.name("web:v1");
  push_text("web:v1", "one");
  const auto old = must_pull(name);
  push_text("web:v1", "two");
  must_pull(name, PullPolicy::always);
  const auto pinned = registry_.name("web@") + old.digest;
  EXPECT_EQ(must_pull(pinned).digest, old.digest);
  const auto nobody = [](const Image&) { return false; };
  ASSERT_TRUE(store_->prune(nobody));
  EXPECT_TRUE(store_->find(pinned)) << "somebody asked for it by that name";
  push_text("web:v1", "three");
  const auto second = must_pull(name).digest;
  must_pull(name, PullPolicy::always);
  ASSERT_TRUE(store_->prune(nobody));
  EXPECT_FALSE(store_->find(second));
  EXPECT_TRUE(store_->find(pinned));
}

TEST_F(RegistryTest, ASecondTagOfAnImageCostsOneQuestion) {
  const auto made = push_text("web:v1", "one");
  registry_.push(made.reference, "web:v2");
  must_pull(registry_.name("web:v1"));
  EXPECT_EQ(must_pull(registry_.name("web:v2")).digest, made.digest);
  EXPECT_EQ(registry_.gets_of("/v2/web/blobs/"), 3U);
  EXPECT_EQ(store_->list().size(), 2U);
}

TEST_F(RegistryTest, BytesThatWereChangedInTheRegistryAreRefused) {
  const auto made = push_text("web:v1", "one");
  std::size_t changed = 0;
  const auto blobs = registry_.directory() + "/data/docker/registry/v2/blobs";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(blobs)) {
    if (!entry.is_regular_file()) continue;
    auto bytes = runtime::read_file(entry.path().string());
    ASSERT_TRUE(bytes);
    if (bytes->empty() || bytes->front() == '{') continue;  // Layers only.
    bytes->back() = static_cast<char>(bytes->back() ^ 1);
    ASSERT_TRUE(runtime::write_file_atomically(entry.path().string(), *bytes));
    ++changed;
  }
  ASSERT_EQ(changed, 2U);
  const auto image = store_->pull(request_for(registry_.name("web:v1")));
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, FailureKind::failed) << image.error().message;
  EXPECT_TRUE(store_->list().empty());
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path("store/layers")));
}

class LoginTest : public RegistryTest {
 protected:
  Registry closed_{scratch_.path("closed"), {.username = "ann", .password = "s3cret pass:word"}};
  std::string reference_ = closed_.name("web:v1");

  void SetUp() override {
    const auto made = make_image(layout_, {.layers = {Layer{.entries = {file("a", "1")}}}});
    closed_.push(made.reference, "web:v1");
  }

  runtime::Result<Image> pull_as(const std::string& username, const std::string& password) {
    auto request = request_for(reference_);
    request.credentials = {.username = username, .password = runtime::Secret(password)};
    return store_->pull(request);
  }
};

TEST_F(LoginTest, OnlyTheRightPasswordPulls) {
  expect_refusal(reference_, FailureKind::denied, "authentication required");
  const auto wrong = pull_as("ann", "wr0ng-pass");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, FailureKind::denied) << wrong.error().message;
  EXPECT_EQ(wrong.error().message.find("wr0ng-pass"), std::string::npos);
  EXPECT_TRUE(store_->list().empty());
  const auto image = pull_as("ann", "s3cret pass:word");
  ASSERT_TRUE(image) << image.error().message;
  const auto odd = pull_as("an:n", "x");
  EXPECT_TRUE(store_->find(reference_));
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().kind, FailureKind::invalid);
}

TEST_F(LoginTest, AWrongPasswordBesideARightOneHarmsOnlyItself) {
  std::vector<std::thread> threads;
  std::atomic<int> pulled{0};
  std::atomic<int> denied{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, right = i % 2 == 0] {
      auto request = request_for(reference_, PullPolicy::always);
      request.credentials = {.username = "ann",
                             .password = runtime::Secret(right ? "s3cret pass:word" : "no")};
      const auto image = store_->pull(request);
      if (image) ++pulled;
      if (!image && image.error().kind == FailureKind::denied) ++denied;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(pulled, 4);
  EXPECT_EQ(denied, 4);
}

TEST_F(LoginTest, ThePasswordIsNowhereInTheStore) {
  ASSERT_TRUE(pull_as("ann", "s3cret pass:word"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch_.path("store"))) {
    if (!entry.is_regular_file()) continue;
    const auto text = runtime::read_file(entry.path().string());
    ASSERT_TRUE(text);
    EXPECT_EQ(text->find("s3cret"), std::string::npos) << entry.path();
    EXPECT_EQ(text->find("YW5uOnMzY3JldCBwYXNzOndvcmQ"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace troupe::testing
