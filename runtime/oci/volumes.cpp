#include "runtime/oci/volumes.hpp"

#include "runtime/process/process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

namespace troupe::runtime::oci {
namespace {

constexpr std::chrono::minutes kCopyDeadline{10};
constexpr const char* kUnfinished = ".filling";

bool is_name(const std::string& name) {
  const auto is_plain = [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '.' || letter == '-';
  };
  return !name.empty() && name.size() <= 255 && std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), is_plain);
}

/// Names of a directory's entries; nothing when it does not exist.
std::vector<std::string> entries(const std::string& path) {
  std::vector<std::string> names;
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) {
    return names;
  }
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") {
      names.push_back(name);
    }
  }
  closedir(directory);
  return names;
}

/// Copies content, owners, modes and attributes, of the directory itself too.
Result<void> copy(const Descriptor& from, const Descriptor& to) {
  Command command;
  command.argv = {"cp", "--archive", "--", "/proc/self/fd/3/.", "/proc/self/fd/4/"};
  command.descriptors = {{3, from.get()}, {4, to.get()}};
  command.deadline = kCopyDeadline;
  if (auto copied = run_checked(command); !copied) {
    Failure failure = copied.error();
    if (failure.message.find("No space left") != std::string::npos) {
      failure.kind = FailureKind::no_space;
    }
    return failure;
  }
  return {};
}

/// Success when the image has nothing there.
Result<void> fill(const std::string& path, const std::string& target, const ImageRoot& image) {
  const auto root = image();
  if (!root) {
    return root.error();
  }
  const auto source = open_in_root(root->get(), target, O_RDONLY | O_DIRECTORY);
  if (!source) {
    return {};
  }
  const Descriptor destination(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return destination.valid() ? copy(*source, destination) : errno_failure("cannot open " + path, errno);
}

}  // namespace

Result<void> Volumes::check_name(const std::string& name) {
  if (!is_name(name)) {
    return Failure{FailureKind::invalid, "invalid volume name \"" + name + "\""};
  }
  return {};
}

Result<std::string> Volumes::provide(const std::string& name, const std::string& target,
                                     const ImageRoot& image) {
  if (auto checked = check_name(name); !checked) {
    return checked.error();
  }
  const std::string path = directory_ + "/" + name;
  if (auto provided = provide_at(path, target, image); !provided) {
    return provided.error();
  }
  return path;
}

Result<void> Volumes::provide_at(const std::string& path, const std::string& target, const ImageRoot& image) {
  const std::lock_guard lock(mutex_);
  struct stat found {};
  if (stat(path.c_str(), &found) == 0) {
    return entries(path).empty() ? fill(path, target, image) : Result<void>();
  }
  // A new volume appears complete or not at all.
  const std::string unfinished = path + kUnfinished;
  if (auto removed = remove_tree(unfinished); !removed) {
    return removed;
  }
  if (auto made = make_directories(unfinished); !made) {
    return made;
  }
  auto filled = fill(unfinished, target, image);
  if (filled && rename(unfinished.c_str(), path.c_str()) != 0) {
    filled = errno_failure("cannot make the volume " + path, errno);
  }
  if (!filled) {
    static_cast<void>(remove_tree(unfinished));
  }
  return filled;
}

Result<void> Volumes::remove(const std::string& name) {
  if (auto checked = check_name(name); !checked) {
    return checked;
  }
  return remove_tree(directory_ + "/" + name);
}

Result<void> Volumes::clean() {
  for (const std::string& name : entries(directory_)) {
    if (name.ends_with(kUnfinished)) {
      if (auto removed = remove_tree(directory_ + "/" + name); !removed) {
        return removed;
      }
    }
  }
  return {};
}

}  // namespace troupe::runtime::oci
