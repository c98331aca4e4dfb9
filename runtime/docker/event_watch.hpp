#pragma once

/// Follows the engine's event stream on a thread of its own, and begins anew when
/// the engine goes away and comes back.

#include "runtime/docker/engine.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace troupe::runtime::docker {

struct WatchEvents {
  /// The stream is open: what happened before is to be asked for, what happens from
  /// now on is told.
  std::function<void()> opened;
  std::function<void(const std::string& engine_id)> died;
  std::function<void(const std::string& engine_id)> out_of_memory;
};

class EventWatch {
 public:
  /// Events of containers with this label only ("name=value").
  EventWatch(const Engine& engine, const std::string& label, WatchEvents events);
  /// Ends the thread; a call under way is waited for.
  ~EventWatch();
  EventWatch(const EventWatch&) = delete;
  EventWatch& operator=(const EventWatch&) = delete;

  /// True once the stream has been open; false after the deadline.
  bool wait_until_open(std::chrono::milliseconds deadline);

 private:
  void run();
  void follow();
  void take(std::string_view bytes);
  void tell(std::string_view line);

  const Engine& engine_;
  std::string target_;
  WatchEvents events_;
  std::string rest_;  ///< An event that is not complete yet.
  StreamStop stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace troupe::runtime::docker
