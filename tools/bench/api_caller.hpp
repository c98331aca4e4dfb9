#pragma once

/// Signed operations over one kept-alive connection, and the events of tasks as
/// they come over the WebSocket.

#include "api/http/client.hpp"
#include "runtime/result.hpp"
#include "tools/bench/latencies.hpp"
#include "tools/connection.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace troupe::tools::bench {

class ApiCaller {
 public:
  explicit ApiCaller(const Connection& server) : server_(server), client_(server.endpoint) {}
  /// The JSON that came back; failed with what the server said.
  runtime::Result<std::string> call(const std::string& operation, const std::string& body);

 private:
  Connection server_;
  api::http::HttpClient client_;
};

/// When each task was first told to be RUNNING and STOPPED: the moment its frame
/// was read, before anything was parsed.
class TaskFollower {
 public:
  static runtime::Result<std::unique_ptr<TaskFollower>> start(const Connection& server);
  ~TaskFollower();
  TaskFollower(const TaskFollower&) = delete;
  TaskFollower& operator=(const TaskFollower&) = delete;

  enum class Moment : std::uint8_t { running, stopped };
  /// failed with the task's reason when it stopped before it was RUNNING, or
  /// with the deadline; `task` is an ARN.
  runtime::Result<Clock::time_point> wait(const std::string& task, Moment moment,
                                          std::chrono::seconds deadline = std::chrono::seconds{60});

 private:
  struct Seen {
    std::optional<Clock::time_point> running;
    std::optional<Clock::time_point> stopped;
    std::string reason;
  };

  explicit TaskFollower(std::unique_ptr<api::http::WebSocketClient> socket) : socket_(std::move(socket)) {}
  void follow();
  void take(const std::string& frame, Clock::time_point when);

  std::unique_ptr<api::http::WebSocketClient> socket_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Seen> tasks_;
  std::string broken_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

/// The ARNs of the tasks in an answer of RunTask; failed when it has failures.
runtime::Result<std::vector<std::string>> tasks_in(const std::string& answer);

}  // namespace troupe::tools::bench
