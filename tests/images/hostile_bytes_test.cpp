/// Mutated tars and documents, the same for the same seed: whatever comes, the
/// answer is a value and the world outside stays as it is.

#include "runtime/images/image_document.hpp"
#include "runtime/images/image_index.hpp"
#include "runtime/images/layer_unpack.hpp"
#include "runtime/images/reference.hpp"
#include "runtime/images/sha256.hpp"
#include "tests/images/make_image.hpp"
#include "tests/images/scratch.hpp"

#include <cstring>
#include <filesystem>
#include <random>

namespace troupe::testing {
namespace {

using runtime::FailureKind;
using Clock = std::chrono::steady_clock;

constexpr auto kBudget = std::chrono::seconds(4);

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  void mutate(std::string& bytes) {
    for (auto changes = 1 + below(6); changes > 0 && !bytes.empty(); --changes) change(bytes);
  }

 private:
  void change(std::string& bytes) {
    const auto at = below(bytes.size());
    const auto length = 1 + below(std::min<std::size_t>(bytes.size() - at, 64));
    switch (below(6)) {
      case 0:
        bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.insert(at, bytes.substr(below(bytes.size()), length));
        break;
      case 4:
        bytes.replace(at, length, bytes.substr(below(bytes.size()), length));
        break;
      default:
        static constexpr const char* kWords[] = {"../",  "/",  "0", "7777777", "\xff\xff\xff",
                                                 ".wh.", "-1", "{", "\""};
        bytes.replace(at, std::min<std::size_t>(length, 3), kWords[below(std::size(kWords))]);
    }
  }

  std::mt19937_64 random_;
};

// A header with a wrong checksum ends the archive; most mutants get a right one.
void repair_checksums(std::string& tar) {
  for (std::size_t at = 0; at + 512 <= tar.size(); at += 512) {
    char* header = tar.data() + at;
    if (std::memcmp(header + 257, "ustar", 5) != 0) continue;
    std::memset(header + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < 512; ++i) sum += static_cast<unsigned char>(header[i]);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", sum & 0777777U);
    std::memcpy(header + 148, digits, 7);
  }
}

TEST(HostileBytes, NoMutatedTarLeavesTheRoot) {
  const Scratch scratch;
  const auto outside = scratch.make("outside");
  ASSERT_TRUE(runtime::write_file_atomically(outside + "/canary", "alive"));
  auto with_xattr = file("x", "x");
  with_xattr.xattrs = {{"user.a", "b"}};
  const std::string seeds[] = {
      make_tar({directory("a"),
                file("a/b", "content"),
                symlink("l", outside),
                file("l/in", "1"),
                hard_link("h", "a/b"),
                with_xattr,
                {.path = "dev", .type = Entry::Type::character_device, .device_major = 1}}),
      make_tar({symlink("u", "../outside"), file("u/canary", "dead"), file("u/.wh.canary", ""),
                file("a/../b", "1"), file("d/.wh..wh..opq", ""), hard_link("s", "u/canary"),
                directory("u", 0700)}),
      make_tar({file(std::string(90, 'n') + "/" + std::string(120, 'm'), "long"),
                file("ünï", "utf"),
                symlink("t", std::string(300, 't')),
                {.path = "p", .type = Entry::Type::fifo}}),
  };
  const auto end = Clock::now() + kBudget;
  int runs = 0;
  int accepted = 0;
  for (; runs < 6000 && Clock::now() < end; ++runs) {
    Mutator mutator(static_cast<std::uint64_t>(runs));
    auto tar = seeds[static_cast<std::size_t>(runs) % std::size(seeds)];
    mutator.mutate(tar);
    if (mutator.below(8) != 0) repair_checksums(tar);
    const auto root = scratch.make("root");
    ASSERT_TRUE(runtime::write_file_atomically(scratch.path("blob"), tar));
    const auto done = runtime::unpack_layer(scratch.path("blob"), root, runtime::sha256_digest(tar),
                                            {.unpacked_bytes = 1 << 20, .entries = 100}, end + kBudget);
    accepted += done ? 1 : 0;
    if (!done) {
      const auto kind = done.error().kind;
      ASSERT_TRUE(kind == FailureKind::failed || kind == FailureKind::no_space)
          << "seed " << runs << ": " << done.error().message;
    }
    ASSERT_EQ(*runtime::read_file(outside + "/canary"), "alive") << "seed " << runs;
    std::filesystem::directory_iterator left(outside);
    ASSERT_EQ(++left, std::filesystem::directory_iterator()) << "seed " << runs;
    ASSERT_TRUE(runtime::remove_tree(root)) << "seed " << runs;
  }
  EXPECT_GT(runs, 100);
  EXPECT_GT(accepted, runs / 20) << "mutants that go deep enough to matter";
}

TEST(HostileBytes, NoMutatedBlobBreaksTheDecompressors) {
  const Scratch scratch;
  const auto tar = make_tar({file("a", std::string(20'000, 'a')), file("b", "b")});
  const auto end = Clock::now() + kBudget / 2;
  for (int run = 0; run < 1500 && Clock::now() < end; ++run) {
    Mutator mutator(static_cast<std::uint64_t>(run));
    const Compression kinds[] = {Compression::gzip, Compression::zstd, Compression::xz};
    auto blob = compress(tar, kinds[run % 3]);
    mutator.mutate(blob);
    ASSERT_TRUE(runtime::write_file_atomically(scratch.path("blob"), blob));
    const auto root = scratch.make("root");
    const auto done = runtime::unpack_layer(scratch.path("blob"), root, runtime::sha256_digest(tar),
                                            {.unpacked_bytes = 1 << 20, .entries = 100}, end + kBudget);
    ASSERT_TRUE(done || !done.error().message.empty());
    ASSERT_TRUE(runtime::remove_tree(root));
  }
}

TEST(HostileBytes, NoMutatedDocumentBreaksItsReader) {
  const Scratch scratch;
  const auto layout = scratch.path("layout");
  const auto made = make_image(layout, {.layers = {{.entries = {file("a", "1")}}},
                                        .entrypoint = {"/e"},
                                        .environment = {"A=1"},
                                        .volumes = {"/v"}});
  std::vector<std::string> documents{*runtime::read_file(layout + "/index.json"),
                                     R"({"Tags":["a/b:1","c"]})"};
  for (const auto& entry : std::filesystem::directory_iterator(layout + "/blobs/sha256")) {
    auto text = runtime::read_file(entry.path().string());
    if (text && text->starts_with('{')) documents.push_back(*text);
  }
  runtime::StoredImage stored;
  stored.image.reference = made.reference;
  stored.image.layers = made.diff_ids;
  documents.push_back(runtime::serialize_image(stored));
  ASSERT_TRUE(runtime::parse_image(documents.back()));
  const auto end = Clock::now() + kBudget / 2;
  int refused = 0;
  for (int run = 0; run < 40'000 && Clock::now() < end; ++run) {
    Mutator mutator(static_cast<std::uint64_t>(run));
    auto text = documents[static_cast<std::size_t>(run) % documents.size()];
    mutator.mutate(text);
    refused += runtime::parse_index(text) ? 0 : 1;
    refused += runtime::parse_manifest(text) ? 0 : 1;
    if (const auto config = runtime::parse_config(text)) {
      for (const auto& diff_id : config->diff_ids) ASSERT_TRUE(runtime::is_digest(diff_id));
    }
    refused += runtime::parse_image(text) ? 0 : 1;
    refused += runtime::parse_tags(text) ? 0 : 1;
    const auto reference = runtime::parse_reference(text);
    ASSERT_TRUE(!reference || !reference->normalised().empty());
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace troupe::testing
