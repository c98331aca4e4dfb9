#pragma once

/// A directory that is there as long as this object; in memory where the system has such a place.

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace troupe::simulation {

class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::error_code none;
    const std::filesystem::path memory = "/dev/shm";
    const auto base =
        std::filesystem::is_directory(memory, none) ? memory : std::filesystem::temp_directory_path();
    path_ = (base / "troupe-simulation-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::runtime_error("cannot make a directory in " + base.string());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace troupe::simulation
