#pragma once

/// One io thread: its event loop, its connections and the mailbox by which other
/// threads reach them. Private to this folder.
///
/// Whoever lives longer than the server (an actor with a late answer, a handle of
/// a WebSocket) holds the mailbox and a weak pointer, never the loop itself.

#include "api/http/server.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

namespace troupe::api::http {

using Clock = std::chrono::steady_clock;
/// Concrete executors: the type-erased default costs an allocation per operation.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;

/// The members of a `Fanout` on one io thread.
class FrameGroup {
 public:
  virtual ~FrameGroup() = default;
  virtual void deliver(std::span<const Frame> frames) = 0;
};

/// Work for one io thread, in order. Frames for one group that follow each other
/// are handed over together. Where that takes long (many members), frames wait a
/// half of the time it took last for company: what happens in a burst then
/// costs one round instead of two. Tasks never wait, and take the frames along.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  explicit Mailbox(boost::asio::io_context& context) : context_(&context) {}

  /// False once closed: the task will not run.
  bool post(std::function<void()> task);
  bool publish(std::shared_ptr<FrameGroup> group, Frame frame);
  /// Runs what is queued and refuses everything later. On the io thread, or after its end.
  void close();

  [[nodiscard]] bool on_own_thread() const { return thread_.load() == std::this_thread::get_id(); }
  void adopt_thread() { thread_.store(std::this_thread::get_id()); }

 private:
  struct Entry {
    std::function<void()> task;
    std::shared_ptr<FrameGroup> group;
    Frame frame;
  };
  bool push(Entry entry);
  void run();
  /// Whether the frames that wait may wait on; under mutex_.
  [[nodiscard]] bool may_wait() const;
  void wait_for_company();
  void deliver(std::vector<Entry>& batch);
  std::mutex mutex_;
  std::vector<Entry> entries_;
  boost::asio::io_context* context_;
  bool scheduled_ = false;
  bool closed_ = false;
  bool waiting_ = false;  ///< For company, until company_timer_ fires.
  bool waited_ = false;   ///< It has fired: the next run delivers.
  std::atomic<std::thread::id> thread_{};
  // Of the io thread alone.
  Clock::duration patience_{0};
  std::unique_ptr<Timer> company_timer_;  ///< Ends with close(): the loop may end before us.
};

/// Something with a socket on a lane. All calls on the lane's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  virtual ~Connection() = default;
  virtual void check_deadline(Clock::time_point now) = 0;
  /// Finish what is begun, then close.
  virtual void drain() = 0;
  virtual void abort() = 0;
};

/// One counted connection; gives its place back when it goes.
class Place {
 public:
  explicit Place(std::shared_ptr<std::atomic<std::size_t>> count) : count_(std::move(count)) { ++*count_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { --*count_; }

 private:
  std::shared_ptr<std::atomic<std::size_t>> count_;
};

class Lane {
 public:
  Lane(const ServerOptions& options, unsigned number);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void start();

  // On the lane's thread.
  void add(std::shared_ptr<Connection> connection);
  void remove(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] bool draining() const { return draining_; }
  /// Now, as the Date header has it.
  const std::string& date();

  // From any other thread.
  void drain();
  /// False when connections are left at the deadline.
  bool wait_until_empty(Clock::time_point deadline);
  /// Cuts what is left and ends the thread.
  void stop();

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  [[nodiscard]] const ServerOptions& options() const { return options_; }

 private:
  void run();
  void schedule_sweep();
  void sweep();
  void report_if_empty();

  const ServerOptions& options_;
  unsigned number_;
  boost::asio::io_context context_{1};
  std::shared_ptr<Mailbox> mailbox_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  Timer sweep_timer_;
  bool sweeping_ = false;
  bool draining_ = false;
  std::time_t date_second_ = 0;
  std::string date_;
  std::optional<boost::asio::executor_work_guard<Executor>> work_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  bool empty_ = false;  ///< Drained and without connections; under mutex_.
  bool ended_ = false;  ///< The thread runs nothing any more; under mutex_.
};

}  // namespace troupe::api::http
