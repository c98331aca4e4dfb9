#pragma once

/// Learns that a container ended without asking: conmon writes a file when its
/// container ends (inotify), and conmon itself may die (pidfd).

#include "runtime/oci/records.hpp"
#include "runtime/process/files.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace troupe::runtime::oci {

class ExitWatcher {
 public:
  struct Callbacks {
    std::function<void(const std::string& id)> exit_written;
    std::function<void(const std::string& id)> conmon_ended;  ///< After exit_written, if both.
  };

  /// Watches `directory`; callbacks run on the watcher's own thread.
  static Result<std::unique_ptr<ExitWatcher>> start(const std::string& directory, Callbacks callbacks);
  ~ExitWatcher();
  ExitWatcher(const ExitWatcher&) = delete;
  ExitWatcher& operator=(const ExitWatcher&) = delete;

  /// Watches the conmon of a container until it ends. False when it has ended already.
  bool add(const std::string& id, const ProcessIdentity& conmon);

 private:
  ExitWatcher() = default;
  void loop();
  void read_events();
  void finish(std::uint64_t key);

  Callbacks callbacks_;
  Descriptor epoll_;
  Descriptor inotify_;
  Descriptor stop_;
  std::mutex mutex_;
  std::uint64_t next_key_ = 2;
  std::map<std::uint64_t, std::pair<std::string, Descriptor>> monitors_;
  std::thread thread_;
};

/// A descriptor that is readable once this very process has ended; invalid when it has.
Descriptor open_process(const ProcessIdentity& process);

}  // namespace troupe::runtime::oci
