#pragma once

/// The threads that the uplinks of one process share, however many there are: one for all
/// sessions, a few for calls and for connecting, which wait.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <future>
#include <thread>

namespace troupe::api::agent_client {

class UplinkThreads {
 public:
  /// @param callers  Calls under way at a time.
  explicit UplinkThreads(std::size_t callers);
  ~UplinkThreads();
  UplinkThreads(const UplinkThreads&) = delete;
  UplinkThreads& operator=(const UplinkThreads&) = delete;

  /// Drops calls that have not begun, waits for those under way, and lets sessions that were told
  /// to close say good-bye, for a second at most. Nothing runs afterwards.
  void stop();

  [[nodiscard]] boost::asio::io_context& sessions() { return sessions_; }
  [[nodiscard]] boost::asio::thread_pool& callers() { return callers_; }

 private:
  using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  boost::asio::io_context sessions_{1};
  Guard guard_{sessions_.get_executor()};
  boost::asio::thread_pool callers_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace troupe::api::agent_client
