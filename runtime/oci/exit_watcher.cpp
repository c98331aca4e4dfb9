#include "runtime/oci/exit_watcher.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <array>
#include <cerrno>

namespace troupe::runtime::oci {
namespace {

constexpr std::uint64_t kStopKey = 0;
constexpr std::uint64_t kInotifyKey = 1;

bool add_to_epoll(const Descriptor& epoll, const Descriptor& what, std::uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, what.get(), &event) == 0;
}

}  // namespace

Descriptor open_process(const ProcessIdentity& process) {
  if (process.pid <= 0) {
    return Descriptor();
  }
  Descriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  // Looked at after opening: the number cannot pass to another process meanwhile.
  return is_alive(process) ? std::move(pidfd) : Descriptor();
}

Result<std::unique_ptr<ExitWatcher>> ExitWatcher::start(const std::string& directory, Callbacks callbacks) {
  std::unique_ptr<ExitWatcher> watcher(new ExitWatcher());
  watcher->callbacks_ = std::move(callbacks);
  watcher->epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  watcher->inotify_ = Descriptor(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  watcher->stop_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  if (!watcher->epoll_.valid() || !watcher->inotify_.valid() || !watcher->stop_.valid() ||
      inotify_add_watch(watcher->inotify_.get(), directory.c_str(), IN_MOVED_TO) < 0 ||
      !add_to_epoll(watcher->epoll_, watcher->inotify_, kInotifyKey) ||
      !add_to_epoll(watcher->epoll_, watcher->stop_, kStopKey)) {
    return errno_failure("cannot watch " + directory, errno);
  }
  watcher->thread_ = std::thread([self = watcher.get()] { self->loop(); });
  return watcher;
}

ExitWatcher::~ExitWatcher() {
  if (thread_.joinable()) {
    eventfd_write(stop_.get(), 1);
    thread_.join();
  }
}

bool ExitWatcher::add(const std::string& id, const ProcessIdentity& conmon) {
  Descriptor pidfd = open_process(conmon);
  if (!pidfd.valid()) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  const std::uint64_t key = next_key_++;
  const auto [entry, added] = monitors_.emplace(key, std::pair(id, std::move(pidfd)));
  return added && add_to_epoll(epoll_, entry->second.second, key);
}

void ExitWatcher::loop() {
  for (;;) {
    std::array<epoll_event, 64> events{};
    const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) {
      return;
    }
    // conmon writes the file before it ends, so files come first.
    read_events();
    for (int i = 0; i < count; ++i) {
      const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
      if (key == kStopKey) {
        return;
      }
      if (key != kInotifyKey) {
        finish(key);
      }
    }
  }
}

void ExitWatcher::read_events() {
  alignas(inotify_event) std::array<char, 16 << 10> buffer;
  for (;;) {
    const ssize_t count = read(inotify_.get(), buffer.data(), buffer.size());
    if (count <= 0) {
      return;
    }
    for (std::size_t at = 0; at < static_cast<std::size_t>(count);) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      if (event->len > 0) {
        callbacks_.exit_written(event->name);
      }
      at += sizeof(inotify_event) + event->len;
    }
  }
}

void ExitWatcher::finish(std::uint64_t key) {
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    const auto found = monitors_.find(key);
    if (found == monitors_.end()) {
      return;
    }
    id = found->second.first;
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.second.get(), nullptr);
    monitors_.erase(found);
  }
  callbacks_.conmon_ended(id);
}

}  // namespace troupe::runtime::oci
