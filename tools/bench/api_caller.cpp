/// Calling and following.

#include "tools/bench/api_caller.hpp"

#include <simdjson.h>

#include <system_error>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string text_of(const simdjson::dom::element& element, const char* name) {
  std::string_view text;
  return element[name].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

}  // namespace

runtime::Result<std::string> ApiCaller::call(const std::string& operation, const std::string& body) {
  api::http::Request request;
  request.body = body;
  request.headers.push_back({"Host", server_.endpoint.authority()});
  request.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
  request.headers.push_back({"X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + operation});
  api::http::sign(request, server_.signer, now());
  auto answer = client_.exchange(request, std::chrono::seconds{60});
  if (!answer) return Failure{FailureKind::unavailable, operation + ": " + answer.error().message};
  if (answer->status != 200) return Failure{FailureKind::failed, operation + ": " + answer->body};
  return std::move(answer->body);
}

runtime::Result<std::unique_ptr<TaskFollower>> TaskFollower::start(const Connection& server) {
  api::http::Request request;
  request.method = "GET";
  request.target = "/events?detail-type=ECS%20Task%20State%20Change";
  request.headers.push_back({"Host", server.endpoint.authority()});
  api::http::sign(request, server.signer, now());
  auto socket = api::http::WebSocketClient::connect(server.endpoint, request.target, request.headers,
                                                    std::chrono::seconds{10});
  if (!socket) return Failure{FailureKind::unavailable, "/events: " + socket.error().message};
  std::unique_ptr<TaskFollower> follower{new TaskFollower(std::move(*socket))};
  follower->thread_ = std::thread{[self = follower.get()] { self->follow(); }};
  return follower;
}

TaskFollower::~TaskFollower() {
  ends_ = true;
  if (thread_.joinable()) thread_.join();
}

void TaskFollower::follow() {
  while (!ends_) {
    const auto frame = socket_->read(std::chrono::milliseconds{200});
    const auto when = Clock::now();
    if (frame) {
      take(*frame, when);
    } else if (frame.error().kind != api::http::NetworkFailure::Kind::timed_out) {
      const std::lock_guard lock{mutex_};
      broken_ = "/events: " + frame.error().message;
      changed_.notify_all();
      return;
    }
  }
}

void TaskFollower::take(const std::string& frame, Clock::time_point when) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array events;
  if (parser.parse(frame).get(root) != simdjson::SUCCESS || root["events"].get(events) != simdjson::SUCCESS) {
    return;
  }
  const std::lock_guard lock{mutex_};
  for (const auto event : events) {
    simdjson::dom::element detail;
    if (event["detail"].get(detail) != simdjson::SUCCESS) continue;
    const auto status = text_of(detail, "lastStatus");
    auto& seen = tasks_[text_of(detail, "taskArn")];
    if (status == "RUNNING" && !seen.running) seen.running = when;
    if (status != "STOPPED" || seen.stopped) continue;
    seen.stopped = when;
    seen.reason = text_of(detail, "stoppedReason");
  }
  changed_.notify_all();
}

runtime::Result<Clock::time_point> TaskFollower::wait(const std::string& task, Moment moment,
                                                      std::chrono::seconds deadline) {
  std::unique_lock lock{mutex_};
  const auto settled = [&] {
    const auto& seen = tasks_[task];
    return !broken_.empty() || seen.stopped || (moment == Moment::running && seen.running);
  };
  const bool in_time = changed_.wait_for(lock, deadline, settled);
  const auto& seen = tasks_[task];
  const auto& when = moment == Moment::running ? seen.running : seen.stopped;
  if (when) return *when;
  if (!broken_.empty()) return Failure{FailureKind::unavailable, broken_};
  return Failure{FailureKind::failed, in_time ? "task " + task + " stopped: " + seen.reason
                                              : "task " + task + " changed nothing for " +
                                                    std::to_string(deadline.count()) + " s"};
}

runtime::Result<std::vector<std::string>> tasks_in(const std::string& answer) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array tasks;
  simdjson::dom::array failures;
  if (parser.parse(answer).get(root) != simdjson::SUCCESS || root["tasks"].get(tasks) != simdjson::SUCCESS) {
    return Failure{FailureKind::failed, "RunTask answered " + answer};
  }
  if (root["failures"].get(failures) == simdjson::SUCCESS && failures.size() != 0) {
    return Failure{FailureKind::failed,
                   "RunTask placed not all: " + std::string{simdjson::minify(failures.at(0))}};
  }
  std::vector<std::string> arns;
  for (const auto task : tasks) arns.push_back(text_of(task, "taskArn"));
  return arns;
}

}  // namespace troupe::tools::bench
