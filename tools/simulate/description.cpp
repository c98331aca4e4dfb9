/// From JSON to a description, with a word on what is wrong and where.

#include "tools/simulate/description.hpp"

#include <simdjson.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace troupe::tools::simulate {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Carries the reason out of the nest of readers; never leaves this file.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

object object_of(const element& value, const std::string& where) {
  object found;
  if (value.get(found) != simdjson::SUCCESS) throw Unreadable{where + " must be an object"};
  return found;
}

array array_of(const element& value, const std::string& where) {
  array found;
  if (value.get(found) != simdjson::SUCCESS) throw Unreadable{where + " must be a list"};
  return found;
}

std::string text_of(const element& value, const std::string& where) {
  std::string_view found;
  if (value.get(found) != simdjson::SUCCESS) throw Unreadable{where + " must be a text"};
  return std::string{found};
}

double number_of(const element& value, const std::string& where) {
  double found = 0;
  if (value.get(found) != simdjson::SUCCESS || found < 0)
    throw Unreadable{where + " must be a number, 0 or more"};
  return found;
}

bool truth_of(const element& value, const std::string& where) {
  bool found = false;
  if (value.get(found) != simdjson::SUCCESS) throw Unreadable{where + " must be true or false"};
  return found;
}

Millis seconds_of(const element& value, const std::string& where) {
  constexpr double longest = 400.0 * 24 * 3600;
  const auto seconds = number_of(value, where);
  if (seconds > longest) throw Unreadable{where + " is longer than 400 days"};
  return Millis{static_cast<std::int64_t>(seconds * 1000)};
}

[[noreturn]] void unknown(const std::string& where, std::string_view name) {
  throw Unreadable{where + " has no member " + std::string{name}};
}

void read_instances(const element& value, const std::string& where, std::vector<DescribedInstance>& into) {
  DescribedInstance one;
  std::vector<std::string> zones;
  std::int64_t count = 1;
  constexpr double count_max = 10'000;
  for (const auto& [key, member] : object_of(value, where)) {
    const auto inside = where + "." + std::string{key};
    if (key == "name") {
      one.name = text_of(member, inside);
    } else if (key == "count") {
      if (number_of(member, inside) > count_max) throw Unreadable{inside + " is more than 10000"};
      count = static_cast<std::int64_t>(number_of(member, inside));
    } else if (key == "cpu") {
      one.cpu = static_cast<std::int64_t>(number_of(member, inside));
    } else if (key == "memory") {
      one.memory = static_cast<std::int64_t>(number_of(member, inside));
    } else if (key == "availabilityZone") {
      zones.push_back(text_of(member, inside));
    } else if (key == "availabilityZones") {
      for (const auto zone : array_of(member, inside)) zones.push_back(text_of(zone, inside));
    } else if (key == "attributes") {
      for (const auto& [name, attribute] : object_of(member, inside)) {
        one.attributes.emplace_back(name, text_of(attribute, inside));
      }
    } else {
      unknown(where, key);
    }
  }
  const auto base = one.name.empty() ? "instance" : one.name;
  for (std::int64_t number = 0; number < count; ++number) {
    auto made = one;
    const bool alone = count == 1 && !one.name.empty();
    made.name = alone ? base : base + "-" + std::to_string(into.size() + 1);
    if (!zones.empty()) made.zone = zones[static_cast<std::size_t>(number) % zones.size()];
    into.push_back(std::move(made));
  }
}

runtime::ImageScript script_of(const element& value, const std::string& where) {
  runtime::ImageScript script;
  for (const auto& [key, member] : object_of(value, where)) {
    const auto inside = where + "." + std::string{key};
    if (key == "runSeconds") {
      script.run_time = seconds_of(member, inside);
    } else if (key == "exitCode") {
      script.exit_code = static_cast<int>(number_of(member, inside));
    } else if (key == "stopSeconds") {
      script.stop_delay = seconds_of(member, inside);
    } else if (key == "unhealthy") {
      script.exec_exit_code = truth_of(member, inside) ? 1 : 0;
    } else if (key == "pullFails" && truth_of(member, inside)) {
      script.pull_failure = runtime::ScriptedFailure{{runtime::FailureKind::not_found, "manifest unknown"}};
    } else if (key == "startFails" && truth_of(member, inside)) {
      script.start_failure = runtime::ScriptedFailure{{runtime::FailureKind::failed, "no such command"}};
    } else if (key != "pullFails" && key != "startFails") {
      unknown(where, key);
    }
  }
  return script;
}

FaultKind fault_named(const std::string& name, const std::string& where) {
  struct Row {
    std::string_view name;
    FaultKind kind;
  };
  constexpr std::array<Row, 6> table{{{"loseInstance", FaultKind::lose_instance},
                                      {"loseZone", FaultKind::lose_zone},
                                      {"crashAgent", FaultKind::crash_agent},
                                      {"crashServer", FaultKind::crash_server},
                                      {"cutLine", FaultKind::cut_line},
                                      {"endContainers", FaultKind::end_containers}}};
  for (const auto& row : table) {
    if (row.name == name) return row.kind;
  }
  throw Unreadable{where + " knows no fault " + name};
}

DescribedStep step_of(const element& value, const std::string& where) {
  DescribedStep step;
  DescribedCall call{{}, "{}"};
  DescribedFault fault;
  bool is_fault = false;
  for (const auto& [key, member] : object_of(value, where)) {
    const auto inside = where + "." + std::string{key};
    if (key == "at") {
      step.at = seconds_of(member, inside);
    } else if (key == "call") {
      call.operation = text_of(member, inside);
    } else if (key == "with") {
      call.request = simdjson::minify(member);
    } else if (key == "fault") {
      fault.kind = fault_named(text_of(member, inside), inside);
      is_fault = true;
    } else if (key == "target") {
      fault.target = text_of(member, inside);
    } else if (key == "forSeconds") {
      fault.lasts = seconds_of(member, inside);
    } else {
      unknown(where, key);
    }
  }
  if (is_fault == !call.operation.empty()) throw Unreadable{where + " needs either a call or a fault"};
  is_fault ? void(step.fault = fault) : void(step.call = call);
  return step;
}

void read_calls(const element& value, const std::string& where, const std::string& operation,
                std::vector<DescribedCall>& into) {
  for (const auto request : array_of(value, where)) into.push_back({operation, simdjson::minify(request)});
}

void read_times(Description& made, std::string_view key, const element& member, const std::string& where) {
  if (key == "lastsSeconds") {
    made.lasts = seconds_of(member, where);
    return;
  }
  const auto both = array_of(member, where);
  if (both.size() != 2) throw Unreadable{where + " must be two numbers"};
  made.pull_least = seconds_of(both.at(0), where);
  made.pull_most = seconds_of(both.at(1), where);
  if (made.pull_most < made.pull_least) throw Unreadable{where + " must ascend"};
}

/// What is asked at the start is asked in this order, whatever the order in the file.
struct Setup {
  std::vector<DescribedCall> definitions;
  std::vector<DescribedCall> services;
  std::vector<DescribedCall> tasks;
};

void read_member(Description& made, Setup& setup, std::string_view key, const element& member) {
  const std::string where{key};
  if (key == "name") {
    made.name = text_of(member, where);
  } else if (key == "seed") {
    made.seed = static_cast<std::uint64_t>(number_of(member, where));
  } else if (key == "cluster") {
    made.cluster = text_of(member, where);
  } else if (key == "instances") {
    for (const auto one : array_of(member, where)) read_instances(one, where, made.instances);
  } else if (key == "images") {
    for (const auto& [image, script] : object_of(member, where)) {
      made.images[std::string{image}] = script_of(script, where + "." + std::string{image});
    }
  } else if (key == "taskDefinitions") {
    read_calls(member, where, "RegisterTaskDefinition", setup.definitions);
  } else if (key == "services") {
    read_calls(member, where, "CreateService", setup.services);
  } else if (key == "tasks") {
    read_calls(member, where, "RunTask", setup.tasks);
  } else if (key == "schedule") {
    for (const auto one : array_of(member, where)) made.schedule.push_back(step_of(one, where));
  } else if (key == "fromSteadyState") {
    made.from_steady = truth_of(member, where);
  } else if (key == "lastsSeconds" || key == "pullSeconds") {
    read_times(made, key, member, where);
  } else {
    unknown("the description", key);
  }
}

}  // namespace

DescribedCall call_of(std::string operation, std::string request) {
  return {std::move(operation), std::move(request)};
}

ReadDescription read_description(const std::string& json) {
  simdjson::dom::parser parser;
  element root;
  if (const auto error = parser.parse(json).get(root); error != simdjson::SUCCESS) {
    return {{}, std::string{"not JSON: "} + simdjson::error_message(error)};
  }
  ReadDescription read;
  try {
    Setup setup;
    for (const auto& [key, member] : object_of(root, "the description")) {
      read_member(read.description, setup, key, member);
    }
    for (auto* part : {&setup.definitions, &setup.services, &setup.tasks}) {
      for (auto& call : *part) read.description.setup.push_back(std::move(call));
    }
    if (read.description.instances.empty()) throw Unreadable{"the description needs instances"};
  } catch (const Unreadable& why) {
    read.problem = why.what();
  }
  return read;
}

}  // namespace troupe::tools::simulate
