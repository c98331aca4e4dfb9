/// The report for programs; times are seconds since the start.

#include "api/http/message.hpp"
#include "tools/simulate/report.hpp"

#include <cstdio>
#include <string_view>

namespace troupe::tools::simulate {
namespace {

/// Writes members and elements, with the commas between them.
class JsonWriter {
 public:
  JsonWriter& open(char bracket) {
    separate();
    text_ += bracket;
    fresh_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_ += bracket;
    fresh_ = false;
    return *this;
  }
  JsonWriter& key(std::string_view name) {
    separate();
    api::http::append_json_string(text_, name);
    text_ += ':';
    fresh_ = true;
    return *this;
  }
  JsonWriter& value(std::string_view text) {
    separate();
    api::http::append_json_string(text_, text);
    return *this;
  }
  JsonWriter& value(std::int64_t number) { return raw(std::to_string(number)); }
  JsonWriter& value(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", number);
    return raw(text);
  }
  JsonWriter& value(core::Millis at) { return value(static_cast<double>(at.count()) / 1000); }
  JsonWriter& raw(std::string_view text) {
    separate();
    text_ += text;
    return *this;
  }
  template <class T>
  JsonWriter& member(std::string_view name, const T& what) {
    return key(name).value(what);
  }
  template <class T>
  JsonWriter& member(std::string_view name, const std::optional<T>& what) {
    return what ? member(name, *what) : *this;
  }
  JsonWriter& member(std::string_view name, int what) { return key(name).value(std::int64_t{what}); }
  JsonWriter& member(std::string_view name, bool what) { return key(name).raw(what ? "true" : "false"); }
  JsonWriter& member(std::string_view name, const char* what) {
    return key(name).value(std::string_view{what});
  }
  JsonWriter& member(std::string_view name, const std::string& what) {
    return key(name).value(std::string_view{what});
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }
  std::string text_;
  bool fresh_ = true;
};

const char* name_of(Happening::Kind kind) {
  using enum Happening::Kind;
  switch (kind) {
    case call:
      return "call";
    case refused:
      return "refused";
    case fault:
      return "fault";
    case service:
      return "service";
    case task:
      return "task";
    case note:
      break;
  }
  return "note";
}

void write_services(JsonWriter& json, const Report& report) {
  json.key("services").open('[');
  for (const auto& one : report.services) {
    json.open('{').member("name", one.name).member("desired", one.desired).member("running", one.running);
    json.member("healthy", one.healthy).member("steady", one.steady).member("steadyAt", one.steady_at);
    if (one.lowest_running) json.member("lowestRunning", *one.lowest_running);
    if (one.lowest_healthy) {
      json.member("lowestHealthy", *one.lowest_healthy).member("lowestHealthyAt", one.lowest_healthy_at);
    }
    json.member("tasksStarted", one.started).member("tasksStopped", one.stopped);
    if (!one.unrest.empty()) json.member("unrest", one.unrest);
    json.close('}');
  }
  json.close(']');
}

void write_instances(JsonWriter& json, const Report& report) {
  json.key("instances").open('[');
  for (const auto& one : report.instances) {
    json.open('{').member("name", one.name).member("availabilityZone", one.zone).member("status", one.status);
    json.member("tasks", one.tasks).member("cpu", one.cpu).member("cpuUsed", one.cpu_used);
    json.member("memory", one.memory).member("memoryUsed", one.memory_used).key("placements").open('{');
    for (const auto& [group, tasks] : one.groups) json.member(group, tasks);
    json.close('}').close('}');
  }
  json.close(']');
}

void write_happenings(JsonWriter& json, const Report& report) {
  json.key("steps").open('[');
  for (const auto& one : report.happenings) {
    json.open('{').member("at", one.at).member("kind", name_of(one.kind));
    if (!one.subject.empty()) json.member("subject", one.subject);
    json.member("text", one.text).close('}');
  }
  json.close(']').key("refusals").open('[');
  for (const auto& one : report.refusals) {
    json.open('{').member("group", one.group).member("reason", one.reason);
    json.member("count", static_cast<std::int64_t>(one.count)).member("firstAt", one.first);
    json.member("lastAt", one.last).close('}');
  }
  json.close(']');
}

void write_samples(JsonWriter& json, const Report& report) {
  json.key("samples").open('[');
  for (const auto& one : report.samples) {
    json.open('{').member("at", one.at).member("running", one.running).member("pending", one.pending);
    json.member("cpu", one.cpu_share).member("memory", one.memory_share).key("services").open('{');
    for (const auto& [name, counts] : one.services) {
      json.key(name).open('[').value(std::int64_t{counts.first}).value(std::int64_t{counts.second});
      json.close(']');
    }
    json.close('}').close('}');
  }
  json.close(']');
}

}  // namespace

std::string report_json(const Report& report) {
  JsonWriter json;
  json.open('{').member("name", report.name).member("seed", static_cast<std::int64_t>(report.seed));
  json.member("finished", report.finished_at.has_value()).member("finishedAt", report.finished_at);
  json.member("stepsFrom", report.steps_from).member("steadyAt", report.steady_at);
  json.member("lasted", report.lasted)
      .member("tasksStarted", static_cast<std::int64_t>(report.tasks_started));
  write_services(json, report);
  write_instances(json, report);
  write_happenings(json, report);
  write_samples(json, report);
  json.key("unrest").open('[');
  for (const auto& one : report.unrest) json.value(std::string_view{one});
  json.close(']').key("bugs").open('[');
  for (const auto& one : report.breaches) json.value(std::string_view{one});
  json.close(']').close('}');
  return json.take() + "\n";
}

}  // namespace troupe::tools::simulate
