/// Asks a cluster for its instances, services and tasks, and writes them down.

#include "tools/simulate/live_cluster.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

namespace troupe::tools::simulate {
namespace {

using Json = simdjson::dom::element;
using Elements = simdjson::dom::array;

/// Carries what the server refused out of the nest of questions; never leaves this file.
struct NotTaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string json_text(std::string_view text) {
  std::string out;
  api::http::append_json_string(out, text);
  return out;
}

std::string string_in(const Json& object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

std::int64_t integer_in(const Json& object, const char* name, std::int64_t otherwise) {
  std::int64_t number = 0;
  return object[name].get(number) == simdjson::SUCCESS ? number : otherwise;
}

std::string last_part(const std::string& arn) {
  return arn.substr(arn.find_last_of('/') + 1);
}

/// Members of `object` that a request of the API has too, as they are.
std::string members_of(const Json& object, std::initializer_list<const char*> names) {
  std::string out;
  for (const auto* name : names) {
    Json value;
    if (object[name].get(value) != simdjson::SUCCESS || value.is_null()) continue;
    Elements list;
    if (value.get(list) == simdjson::SUCCESS && list.size() == 0) continue;
    out += "," + json_text(name) + ":" + simdjson::minify(value);
  }
  return out;
}

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

std::pair<std::string, std::string> halves(const std::string& text) {
  const auto at = text.find('=');
  if (at == std::string::npos) throw NotTaken{"'" + text + "' must be NAME=VALUE"};
  return {text.substr(0, at), text.substr(at + 1)};
}

class Taker {
 public:
  Taker(const Connection& server, std::string cluster, const WhatIf& what_if)
      : server_(server), cluster_(std::move(cluster)), what_if_(what_if) {}

  std::string take() {
    take_instances();
    take_services();
    take_tasks();
    // Numbers of revisions ascend as in the original.
    for (const auto& [key, request] : definitions_) requests_.push_back(request);
    add_steps();
    return "{\"name\":" + json_text("What would happen to " + cluster_) +
           ",\"cluster\":" + json_text(cluster_) + ",\"fromSteadyState\":true,\"instances\":[" +
           join(instances_) + "],\"taskDefinitions\":[" + join(requests_) + "],\"services\":[" +
           join(services_) + "],\"tasks\":[" + join(tasks_) + "],\"schedule\":[" + join(steps_) + "]}\n";
  }

 private:
  Json ask(const std::string& operation, const std::string& body) {
    const auto answer = call(server_, "AmazonEC2ContainerServiceV20141113." + operation, body);
    if (!answer.problem.empty()) throw NotTaken{answer.problem};
    Json root;
    if (parser_.parse(answer.body).get(root) != simdjson::SUCCESS) {
      throw NotTaken{operation + " was answered with what is not JSON"};
    }
    return root;
  }

  /// All pages of a List operation.
  std::vector<std::string> list(const std::string& operation, const char* member,
                                const std::string& more = {}) {
    std::vector<std::string> found;
    std::string next;
    do {
      const auto root = ask(operation, "{\"cluster\":" + json_text(cluster_) + more +
                                           (next.empty() ? "" : ",\"nextToken\":" + json_text(next)) + "}");
      Elements page;
      if (root[member].get(page) != simdjson::SUCCESS) break;
      for (const auto one : page) found.emplace_back(std::string_view{one});
      next = string_in(root, "nextToken");
    } while (!next.empty());
    return found;
  }

  /// Calls `take` for each of the things that a Describe operation shows, `step` at a time.
  template <class Take>
  void describe(const std::string& operation, const char* asked, const char* shown,
                const std::vector<std::string>& names, std::size_t step, Take take) {
    for (std::size_t from = 0; from < names.size(); from += step) {
      std::vector<std::string> part;
      for (std::size_t at = from; at < std::min(names.size(), from + step); ++at)
        part.push_back(json_text(names[at]));
      // A copy: `take` may ask for more, which would overwrite what it looks at.
      const auto root =
          ask(operation, "{\"cluster\":" + json_text(cluster_) + ",\"" + asked + "\":[" + join(part) + "]}");
      const std::string kept = simdjson::minify(root);
      simdjson::dom::parser own;
      Json copy;
      Elements things;
      if (own.parse(kept).get(copy) != simdjson::SUCCESS || copy[shown].get(things) != simdjson::SUCCESS)
        continue;
      for (const auto thing : things) take(thing);
    }
  }

  void take_instances() {
    const auto arns = list("ListContainerInstances", "containerInstanceArns");
    describe("DescribeContainerInstances", "containerInstances", "containerInstances", arns, 100,
             [this](const Json& one) { take_instance(one); });
    if (instances_.empty()) throw NotTaken{"cluster " + cluster_ + " has no instances"};
  }

  void take_instance(const Json& one) {
    const auto id = last_part(string_in(one, "containerInstanceArn"));
    auto name = string_in(one, "ec2InstanceId");
    // Agents on one machine share its name.
    if (name.empty() || !names_.insert(name).second) name = id;
    known_as_[id] = known_as_[string_in(one, "ec2InstanceId")] =
        known_as_[string_in(one, "containerInstanceArn")] = name;
    std::int64_t cpu = 0;
    std::int64_t memory = 0;
    Elements resources;
    if (one["registeredResources"].get(resources) == simdjson::SUCCESS) {
      for (const auto resource : resources) {
        if (string_in(resource, "name") == "CPU") cpu = integer_in(resource, "integerValue", 0);
        if (string_in(resource, "name") == "MEMORY") memory = integer_in(resource, "integerValue", 0);
      }
    }
    std::string zone;
    std::vector<std::string> custom;
    Elements attributes;
    if (one["attributes"].get(attributes) == simdjson::SUCCESS) {
      for (const auto attribute : attributes) {
        const auto key = string_in(attribute, "name");
        if (key == "ecs.availability-zone") zone = string_in(attribute, "value");
        const bool theirs = key.starts_with("ecs.") || key.starts_with("com.amazonaws.");
        if (!theirs || key == "ecs.capacity-provider") {
          custom.push_back(json_text(key) + ":" + json_text(string_in(attribute, "value")));
        }
      }
    }
    zones_.insert(zone);
    instances_.push_back("{\"name\":" + json_text(name) + ",\"cpu\":" + std::to_string(cpu) + ",\"memory\":" +
                         std::to_string(memory) + ",\"availabilityZone\":" + json_text(zone) +
                         ",\"attributes\":{" + join(custom) + "}}");
    if (string_in(one, "status") == "DRAINING") drain(name);
  }

  void take_services() {
    const auto arns = list("ListServices", "serviceArns", ",\"maxResults\":100");
    describe("DescribeServices", "services", "services", arns, 10,
             [this](const Json& one) { take_service(one); });
  }

  void take_service(const Json& one) {
    const auto name = string_in(one, "serviceName");
    const auto definition = string_in(one, "taskDefinition");
    if (string_in(one, "status") != "ACTIVE" || definition.empty()) return;
    const bool daemon = string_in(one, "schedulingStrategy") == "DAEMON";
    auto request = "{\"cluster\":" + json_text(cluster_) + ",\"serviceName\":" + json_text(name) +
                   ",\"taskDefinition\":" + json_text(note_definition(definition));
    request += members_of(
        one, {"launchType", "deploymentConfiguration", "placementConstraints", "networkConfiguration",
              "schedulingStrategy", "healthCheckGracePeriodSeconds", "availabilityZoneRebalancing"});
    if (!daemon) request += members_of(one, {"desiredCount", "placementStrategy"});
    services_.push_back(request + "}");
    definition_of_[name] = definition;
  }

  /// Tasks of no service are run by RunTask, as many as run now.
  void take_tasks() {
    std::map<std::string, int> counts;
    describe("DescribeTasks", "tasks", "tasks", list("ListTasks", "taskArns"), 100, [&](const Json& one) {
      if (!string_in(one, "group").starts_with("service:")) ++counts[string_in(one, "taskDefinitionArn")];
    });
    for (const auto& [arn, count] : counts) {
      const auto definition = note_definition(arn);
      for (int left = count; left > 0; left -= 10) {
        tasks_.push_back("{\"cluster\":" + json_text(cluster_) + ",\"taskDefinition\":" +
                         json_text(definition) + ",\"count\":" + std::to_string(std::min(left, 10)) + "}");
      }
    }
  }

  /// Each definition is a family of its own in the copy: "web:7" is "web--7".
  std::string note_definition(const std::string& arn) {
    const auto colon = arn.rfind(':');
    const auto name = last_part(arn.substr(0, colon)) + "--" + arn.substr(colon + 1);
    if (definitions_.contains(name)) return name;
    const auto root = ask("DescribeTaskDefinition", "{\"taskDefinition\":" + json_text(arn) + "}");
    Json definition;
    if (root["taskDefinition"].get(definition) != simdjson::SUCCESS)
      throw NotTaken{"no task definition " + arn};
    definitions_[name] = "{\"family\":" + json_text(name) +
                         members_of(definition, {"networkMode", "containerDefinitions", "volumes",
                                                 "placementConstraints", "requiresCompatibilities", "cpu",
                                                 "memory", "pidMode", "ipcMode", "runtimePlatform"}) +
                         "}";
    return name;
  }

  void add_steps() {
    for (const auto& one : what_if_.drain) {
      const auto known = known_as_.find(one);
      const auto short_name = known_as_.find(last_part(one));
      if (known == known_as_.end() && short_name == known_as_.end())
        throw NotTaken{"there is no instance " + one};
      drain(known != known_as_.end() ? known->second : short_name->second);
    }
    for (const auto& zone : what_if_.lose_zone) {
      if (!zones_.contains(zone)) throw NotTaken{"no instance is in zone " + zone};
      steps_.push_back("{\"at\":0,\"fault\":\"loseZone\",\"target\":" + json_text(zone) + "}");
    }
    for (const auto& one : what_if_.scale) scale(one);
    for (const auto& one : what_if_.deploy) deploy(one);
  }

  void drain(const std::string& name) {
    steps_.push_back(
        "{\"at\":0,\"call\":\"UpdateContainerInstancesState\",\"with\":{\"cluster\":" + json_text(cluster_) +
        ",\"status\":\"DRAINING\",\"containerInstances\":[" + json_text("@" + name) + "]}}");
  }

  void update(const std::string& service, const std::string& change) {
    if (!definition_of_.contains(service)) throw NotTaken{"there is no service " + service};
    steps_.push_back("{\"at\":0,\"call\":\"UpdateService\",\"with\":{\"cluster\":" + json_text(cluster_) +
                     ",\"service\":" + json_text(service) + change + "}}");
  }

  void scale(const std::string& text) {
    const auto [service, count] = halves(text);
    int wanted = -1;
    const auto read = std::from_chars(count.data(), count.data() + count.size(), wanted);
    if (read.ec != std::errc{} || read.ptr != count.data() + count.size() || wanted < 0) {
      throw NotTaken{"'" + count + "' is no count of tasks"};
    }
    update(service, ",\"desiredCount\":" + std::to_string(wanted));
  }

  void deploy(const std::string& text) {
    const auto [service, image] = halves(text);
    const auto known = definition_of_.find(service);
    if (known == definition_of_.end()) throw NotTaken{"there is no service " + service};
    const auto name = note_definition(known->second);
    simdjson::dom::parser own;
    Json definition;
    Elements containers;
    if (own.parse(definitions_.at(name)).get(definition) != simdjson::SUCCESS ||
        definition["containerDefinitions"].get(containers) != simdjson::SUCCESS || containers.size() == 0) {
      throw NotTaken{"the task definition of " + service + " has no containers"};
    }
    const auto before = "\"image\":" + json_text(string_in(containers.at(0), "image"));
    auto request = definitions_.at(name);
    request.replace(request.find(before), before.size(), "\"image\":" + json_text(image));
    steps_.push_back("{\"at\":0,\"call\":\"RegisterTaskDefinition\",\"with\":" + request + "}");
    update(service, ",\"taskDefinition\":" + json_text(name));
  }

  const Connection& server_;
  std::string cluster_;
  const WhatIf& what_if_;
  simdjson::dom::parser parser_;
  std::set<std::string> names_;
  std::set<std::string> zones_;
  std::map<std::string, std::string> known_as_;       ///< Names in the copy, by id, ARN and host.
  std::map<std::string, std::string> definitions_;    ///< Requests, by name in the copy.
  std::map<std::string, std::string> definition_of_;  ///< ARNs, by service.
  std::vector<std::string> instances_;
  std::vector<std::string> requests_;
  std::vector<std::string> services_;
  std::vector<std::string> tasks_;
  std::vector<std::string> steps_;
};

}  // namespace

TakenDescription take_description(const Connection& server, const std::string& cluster,
                                  const WhatIf& what_if) {
  try {
    return {Taker{server, cluster, what_if}.take(), {}};
  } catch (const NotTaken& why) {
    return {{}, why.what()};
  } catch (const simdjson::simdjson_error& why) {
    return {{}, std::string{"the server's answer cannot be read: "} + why.what()};
  }
}

}  // namespace troupe::tools::simulate
