/// Every response has the shape that ECS's own model gives it. The model is read
/// from $TROUPE_SHARED/models/ecs.json; without it there is nothing to compare with.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace troupe::testing {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

class Model {
 public:
  static std::unique_ptr<Model> load() {
    const char* shared = std::getenv("TROUPE_SHARED");
    if (shared == nullptr) return nullptr;
    std::ifstream file{std::string{shared} + "/models/ecs.json"};
    if (!file) return nullptr;
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    return std::make_unique<Model>(text);
  }

  explicit Model(const std::string& text) : document_(parser_.parse(text)) {}

  /// The places where `value` is not of `shape`, by path.
  void compare(element value, std::string_view shape, const std::string& path,
               std::vector<std::string>& faults) const {
    const element defined = document_["shapes"][shape];
    const std::string_view type = defined["type"];
    if (type == "structure") return compare_structure(value, defined, path, faults);
    if (type == "list") {
      if (!value.is_array()) return faults.push_back(path + " is no list");
      for (const element item : simdjson::dom::array(value)) {
        compare(item, defined["member"]["shape"], path + "[]", faults);
      }
    } else if (type == "map") {
      if (!value.is_object()) faults.push_back(path + " is no map");
    } else if (!is_scalar(value, type, defined)) {
      faults.push_back(path + " is no " + std::string{type});
    }
  }

  [[nodiscard]] std::string output_of(const std::string& operation) const {
    return std::string{document_["operations"][operation]["output"]["shape"].get_string().value()};
  }

 private:
  void compare_structure(element value, element defined, const std::string& path,
                         std::vector<std::string>& faults) const {
    if (!value.is_object()) return faults.push_back(path + " is no structure");
    for (const auto& [name, member] : simdjson::dom::object(value)) {
      auto known = defined["members"][name];
      if (known.error() != simdjson::SUCCESS) {
        faults.push_back(path + "." + std::string{name} + " is unknown");
      } else {
        compare(member, known["shape"], path + "." + std::string{name}, faults);
      }
    }
  }

  static bool is_scalar(element value, std::string_view type, element defined) {
    if (type == "boolean") return value.is_bool();
    if (type == "integer" || type == "long") return value.is_int64();
    if (type == "double" || type == "timestamp") return value.is_number();
    if (!value.is_string()) return false;
    auto choices = defined["enum"];
    if (choices.error() != simdjson::SUCCESS) return true;
    for (const element choice : simdjson::dom::array(choices.value())) {
      if (choice.get_string().value() == value.get_string().value()) return true;
    }
    return false;
  }

  simdjson::dom::parser parser_;
  element document_;
};

class Conformance : public ApiTest {
 protected:
  Conformance() {
    registry->on_registry = [](const AskRegistry& question) -> std::optional<Answer> {
      const bool lists = std::holds_alternative<core::ListClusters>(*question.command) ||
                         std::holds_alternative<core::ListTaskDefinitions>(*question.command) ||
                         std::holds_alternative<core::ListTaskDefinitionFamilies>(*question.command);
      if (lists) return answer(core::Reply{core::ListReply{{"one"}, "one"}});
      return answer(core::Reply{core::TaskDefinitionReply{web_definition()}});
    };
    registry->on_cluster = [](const AskCluster& question) -> std::optional<Answer> {
      return std::visit(Replies{}, *question.command);
    };
  }

  struct Replies {
    Answer operator()(const core::StopTask&) const {
      return answer(core::Reply{core::TaskReply{web_task()}});
    }
    Answer operator()(const core::RunTask&) const { return tasks(); }
    Answer operator()(const core::DescribeTasks&) const { return tasks(); }
    Answer operator()(const core::ListTasks&) const { return list(); }
    Answer operator()(const core::ListContainerInstances&) const { return list(); }
    Answer operator()(const core::DescribeContainerInstances&) const {
      return answer(core::Reply{core::InstancesReply{{host_instance()}, {{"arn:i", "MISSING", {}}}}});
    }
    template <class Command>
    Answer operator()(const Command&) const {
      return cluster_answer("prod");
    }
    static Answer tasks() {
      return answer(core::Reply{core::TasksReply{{web_task()}, {{"arn:t", "RESOURCE:CPU", "short"}}}});
    }
    static Answer list() { return answer(core::Reply{core::ListReply{{"one"}, "one"}}); }
  };
};

TEST_F(Conformance, EveryResponseHasTheShapeOfTheModel) {
  const auto model = Model::load();
  if (!model) {
    std::cout << "TROUPE_SHARED names no model: nothing to compare with\n";
    return;
  }
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"CreateCluster", "{}"},
      {"DescribeClusters", R"({"include":["ATTACHMENTS","CONFIGURATIONS","SETTINGS","STATISTICS","TAGS"]})"},
      {"ListClusters", "{}"},
      {"DeleteCluster", R"({"cluster":"prod"})"},
      {"RegisterTaskDefinition", R"({"family":"web","containerDefinitions":[{"name":"a","image":"b"}]})"},
      {"DescribeTaskDefinition", R"({"taskDefinition":"web","include":["TAGS"]})"},
      {"DeregisterTaskDefinition", R"({"taskDefinition":"web:3"})"},
      {"ListTaskDefinitions", "{}"},
      {"ListTaskDefinitionFamilies", "{}"},
      {"RunTask", R"({"taskDefinition":"web"})"},
      {"StartTask", R"({"taskDefinition":"web","containerInstances":["i"]})"},
      {"StopTask", R"({"task":"t"})"},
      {"DescribeTasks", R"({"tasks":["t"],"include":["TAGS"]})"},
      {"ListTasks", "{}"},
      {"DescribeContainerInstances",
       R"({"containerInstances":["i"],"include":["TAGS","CONTAINER_INSTANCE_HEALTH"]})"},
      {"ListContainerInstances", "{}"}};
  for (const auto& [operation, body] : calls) {
    const auto response = call(operation, body);
    EXPECT_EQ(response.status, 200U) << operation << ": " << response.body;
    simdjson::dom::parser parser;
    std::vector<std::string> faults;
    model->compare(parser.parse(response.body), model->output_of(operation), operation, faults);
    for (const auto& fault : faults) ADD_FAILURE() << fault;
  }
}

}  // namespace
}  // namespace troupe::testing
