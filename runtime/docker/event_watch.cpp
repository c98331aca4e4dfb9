#include "runtime/docker/event_watch.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstPause = 100ms;
constexpr std::chrono::milliseconds kLongestPause = 5s;

}  // namespace

EventWatch::EventWatch(const Engine& engine, const std::string& label, WatchEvents events)
    : engine_(engine), events_(std::move(events)) {
  // Podman calls its own event `died`.
  const json::object filters{{"type", json::array{"container"}},
                             {"event", json::array{"die", "died", "oom"}},
                             {"label", json::array{json::string(label)}}};
  target_ = engine_.target("/events?filters=" + url_encoded(json::serialize(filters)));
  thread_ = std::thread([this] { run(); });
}

EventWatch::~EventWatch() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  stop_.stop();
  thread_.join();
}

bool EventWatch::wait_until_open(std::chrono::milliseconds deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, deadline, [this] { return open_; });
}

void EventWatch::run() {
  auto pause = kFirstPause;
  for (;;) {
    const auto began = std::chrono::steady_clock::now();
    follow();
    std::unique_lock lock(mutex_);
    if (std::chrono::steady_clock::now() - began > kLongestPause) {
      pause = kFirstPause;
    }
    if (changed_.wait_for(lock, pause, [this] { return ends_; })) {
      return;
    }
    pause = std::min(2 * pause, kLongestPause);
  }
}

void EventWatch::follow() {
  HttpRequest request;
  request.target = target_;
  request.deadline = 0ms;
  rest_.clear();
  StreamEvents events;
  events.opened = [this] {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    events_.opened();
    changed_.notify_all();
  };
  events.bytes = [this](std::string_view bytes) { take(bytes); };
  const auto reply = engine_.socket().stream(request, events, &stop_);
  if (!stop_.stopped()) {
    spdlog::warn("docker loses the engine's events: {}", !reply ? reply.error().message
                                                         : reply->status >= 400
                                                             ? engine_failure(*reply).message
                                                             : "the engine ended them");
  }
}

/// Docker ends an event with a line's end; so does Podman.
void EventWatch::take(std::string_view bytes) {
  rest_.append(bytes);
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    tell(std::string_view(rest_).substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void EventWatch::tell(std::string_view line) {
  json::error_code problem;
  const auto event = json::parse(line, problem);
  if (problem) {
    return;
  }
  const auto action = text_at(event, "/Action");
  const auto id = text_at(event, "/Actor/ID");
  if (action == "die" || action == "died") {
    events_.died(id);
  } else if (action == "oom") {
    events_.out_of_memory(id);
  }
}

}  // namespace troupe::runtime::docker
