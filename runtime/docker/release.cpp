/// Giving back what a finished sandbox holds of the host, while what is known of
/// its containers stays: exit code and log.

#include "runtime/docker/adapter.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>

namespace troupe::runtime::docker {
namespace {

/// One file system has a second name for it; across two it is copied.
Result<void> take_file(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0) {
    return {};
  }
  if (errno != EXDEV && errno != EPERM) {
    return errno == ENOENT ? Result<void>() : Result<void>(errno_failure("cannot keep " + from, errno));
  }
  const auto text = read_file(from, std::size_t{4} << 30U);
  return text ? write_file_atomically(to, *text) : Result<void>(text.error());
}

}  // namespace

Result<void> Adapter::release_sandbox(const std::string& id) {
  const Claim claim(*this, "sandbox " + id);
  const auto sandbox = find_sandbox(id);
  if (!sandbox) {
    return sandbox.error();
  }
  const auto inside = containers_of(id);
  const auto running = std::find_if(inside.begin(), inside.end(),
                                    [](const ContainerEntry& entry) { return entry.started && !entry.exit; });
  if (running != inside.end()) {
    return Failure{FailureKind::conflict, "container " + running->id + " still runs"};
  }
  for (const ContainerEntry& entry : inside) {
    const Claim at_it(*this, entry.id);
    if (auto released = release_container(entry); !released) {
      return released;
    }
  }
  return free_sandbox(*sandbox);
}

/// Each step may be repeated. One that never started has nothing to tell.
Result<void> Adapter::release_container(const ContainerEntry& entry) {
  if (!entry.exit) {
    return remove_claimed(entry);
  }
  if (entry.engine_id.empty()) {
    return {};
  }
  if (auto kept = keep_log(entry); !kept) {
    return kept;
  }
  if (auto removed = engine_.remove("/containers/" + entry.engine_id + "?force=1&v=1"); !removed) {
    return removed;
  }
  {
    const std::lock_guard lock(mutex_);
    by_engine_id_.erase(entry.engine_id);
    out_of_memory_.erase(entry.engine_id);
  }
  ContainerEntry released = entry;
  released.engine_id.clear();
  return store(released);
}

/// In place of the link to the engine's log comes the log itself. What was rotated
/// away before goes with the container.
Result<void> Adapter::keep_log(const ContainerEntry& entry) {
  char target[4096];
  const ssize_t length = readlink(entry.log_path.c_str(), target, sizeof target);
  if (length <= 0 || length == static_cast<ssize_t>(sizeof target)) {
    return {};  // It never started, or the log is here already.
  }
  const std::string from(target, static_cast<std::size_t>(length));
  const std::string kept = entry.log_path + ".kept";
  unlink(kept.c_str());
  if (auto taken = take_file(from, kept); !taken) {
    return taken;
  }
  if (rename(kept.c_str(), entry.log_path.c_str()) != 0) {
    return errno == ENOENT ? remove_tree(entry.log_path)
                           : errno_failure("cannot keep " + entry.log_path, errno);
  }
  return {};
}

}  // namespace troupe::runtime::docker
