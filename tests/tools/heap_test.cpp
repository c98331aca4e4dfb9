// What the kernel was told of the heap's memory, and what it got back of it.

#include "tools/heap.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace troupe::tools {
namespace {

constexpr std::size_t mib = 1U << 20U;

using Block = std::unique_ptr<char[]>;

// Written to, so that it is there.
Block make_block() {
  Block block(new char[mib]);
  std::memset(block.get(), 1, mib);
  return block;
}

// The flags of the mapping that an address is in. Source: proc(5), smaps.
std::string flags_at(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::istringstream range(line);
    if (range >> std::hex >> begin >> dash >> end && dash == '-') {
      inside = begin <= wanted && wanted < end;
    } else if (inside && line.starts_with("VmFlags:")) {
      return line + ' ';
    }
  }
  return {};
}

bool has_flag(const Block& block, const std::string& flag) {
  return flags_at(block.get()).find(' ' + flag + ' ') != std::string::npos;
}

std::size_t resident_mib() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / mib;
}

std::vector<Block> make_blocks(int count) {
  std::vector<Block> blocks;
  for (int i = 0; i < count; ++i) blocks.push_back(make_block());
  return blocks;
}

TEST(Heap, HasSmallPagesAtFirstAndHugeOnesWhenItIsLarge) {
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage")) {
    GTEST_SKIP() << "this kernel is built without transparent huge pages: no package changes that";
  }
  take_huge_pages_when_large();
  take_huge_pages_when_large();
  const auto small = make_blocks(32);
  EXPECT_FALSE(has_flag(small.back(), "hg")) << flags_at(small.back().get());
  EXPECT_TRUE(has_flag(small.back(), "nh")) << flags_at(small.back().get());
  const auto large = make_blocks(224);
  EXPECT_TRUE(has_flag(large.back(), "hg")) << flags_at(large.back().get());
  EXPECT_FALSE(has_flag(small.front(), "hg")) << "what was there stays as it is";
}

TEST(Heap, KeepsWhatBecomesFreeUntilItIsGivenBack) {
  take_huge_pages_when_large();
  auto blocks = make_blocks(256);
  const auto full = resident_mib();
  EXPECT_GE(full, 256U);
  keep_what_becomes_free();
  blocks.clear();
  EXPECT_GE(resident_mib(), full - 16);
  give_back();
  EXPECT_LT(resident_mib(), full - 200);
}

}  // namespace
}  // namespace troupe::tools
