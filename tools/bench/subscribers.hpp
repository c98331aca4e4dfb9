#pragma once

/// Many WebSocket clients of /events on one thread, which read frames only as
/// far as the sequence numbers in them.

#include "api/http/client.hpp"
#include "runtime/process/files.hpp"
#include "runtime/result.hpp"
#include "tools/bench/commit_times.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace troupe::tools::bench {

class Subscribers {
 public:
  /// Connects `count` of them; they read from now on.
  static runtime::Result<std::unique_ptr<Subscribers>> connect(const api::http::Endpoint& endpoint,
                                                               std::size_t count, const CommitTimes& times);
  ~Subscribers();
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  /// How many have been sent the whole snapshot, and hear of events from now on.
  [[nodiscard]] std::size_t live() const { return live_; }
  /// Events after this one are measured, from commit to the return of recv.
  void measure_after(std::uint64_t sequence) { measured_after_ = sequence; }
  /// Events received and measured so far, by all together.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// Frames, for how many events travel together.
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t lost() const { return lost_; }  ///< Connections that the server ended.
  /// What reading has cost so far: of the process's time, not the server's part.
  [[nodiscard]] Nanos cpu_time();
  /// Ends all connections.
  Latencies finish();

 private:
  struct Client {
    runtime::Descriptor socket;
    std::string pending;  ///< The beginning of a frame that is not complete.
  };

  explicit Subscribers(const CommitTimes& times) : times_(times) {}
  runtime::Result<void> add(const api::http::Endpoint& endpoint);
  void follow();
  void read(Client& client);
  void take_frames(Client& client, std::string_view bytes, Clock::time_point when);
  void take(std::string_view payload, Clock::time_point when);

  const CommitTimes& times_;
  runtime::Descriptor epoll_;
  std::vector<Client> clients_;
  Latencies latencies_;  ///< Of the thread, until it has ended.
  std::vector<char> chunk_;
  std::atomic<std::uint64_t> measured_after_{~std::uint64_t{0}};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::size_t> lost_{0};
  std::atomic<std::size_t> live_{0};
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

}  // namespace troupe::tools::bench
