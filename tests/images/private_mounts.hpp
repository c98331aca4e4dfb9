#pragma once

/// Mounts only this test process and its children see, and that end with it.

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <cerrno>
#include <cstring>
#include <string>

namespace troupe::testing {

/// Call it before the first mount; once is enough.
inline void keep_mounts_private() {
  static const bool done =
      unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  ASSERT_TRUE(done) << "needs root";
}

class Mounted {
 public:
  Mounted(const std::string& type, const std::string& target, const std::string& options) : target_(target) {
    EXPECT_EQ(mount(type.c_str(), target.c_str(), type.c_str(), 0, options.c_str()), 0) << strerror(errno);
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted() { EXPECT_EQ(umount2(target_.c_str(), MNT_DETACH), 0); }

 private:
  std::string target_;
};

}  // namespace troupe::testing
