#pragma once

/// What a test leaves in the control groups of this host, of whichever version.

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe::testing {

/// Expects that the group /`parent` has no group below it, and removes it: adapters
/// keep it, because they cannot know who else uses it. In v1 each controller has such
/// a group, in v2 there is one.
inline void check_no_groups_below(const std::string& parent) {
  namespace fs = std::filesystem;
  std::vector<fs::path> groups{fs::path("/sys/fs/cgroup") / parent};
  for (const auto& hierarchy : fs::directory_iterator("/sys/fs/cgroup")) {
    groups.push_back(hierarchy.path() / parent);
  }
  for (const fs::path& group : groups) {
    if (!fs::exists(group)) {
      continue;
    }
    for (const auto& entry : fs::directory_iterator(group)) {
      EXPECT_FALSE(entry.is_directory()) << entry.path();
    }
    rmdir(group.c_str());
  }
}

}  // namespace troupe::testing
