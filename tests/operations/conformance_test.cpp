/// Every response has the shape that ECS's own model gives it. The model is read
/// from $TROUPE_SHARED/models/ecs.json; without it there is nothing to compare with.

#include "tests/operations/api_fixture.hpp"
#include "tests/rendering/records.hpp"
#include "tests/rendering/service_records.hpp"

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

struct Sample {
  const char* operation;
  const char* body;
};

/// One call of each operation that is served.
constexpr Sample calls[] = {
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
    {"ListContainerInstances", "{}"},
    {"CreateService", R"({"serviceName":"shop","taskDefinition":"web"})"},
    {"UpdateService", R"({"service":"shop"})"},
    {"DeleteService", R"({"service":"shop"})"},
    {"DescribeServices", R"({"services":["shop"],"include":["TAGS"]})"},
    {"ListServices", "{}"},
    {"ListServicesByNamespace", R"({"namespace":"local"})"},
    {"DescribeServiceDeployments",
     R"({"serviceDeploymentArns":["arn:aws:ecs:us-east-1:000000000000:service-deployment/prod/shop/a"]})"},
    {"ListServiceDeployments", R"({"service":"shop"})"},
    {"StopServiceDeployment",
     R"({"serviceDeploymentArn":"arn:aws:ecs:us-east-1:000000000000:service-deployment/prod/shop/a"})"},
    {"ContinueServiceDeployment",
     R"({"serviceDeploymentArn":"arn:aws:ecs:us-east-1:000000000000:service-deployment/prod/shop/a","hookId":"h"})"},
    {"DescribeServiceRevisions",
     R"({"serviceRevisionArns":["arn:aws:ecs:us-east-1:000000000000:service-revision/prod/shop/3"]})"},
    {"CreateTaskSet", R"({"cluster":"prod","service":"shop","taskDefinition":"web"})"},
    {"UpdateTaskSet", R"({"cluster":"prod","service":"shop","taskSet":"t","scale":{"value":5}})"},
    {"DeleteTaskSet", R"({"cluster":"prod","service":"shop","taskSet":"t"})"},
    {"DescribeTaskSets", R"({"cluster":"prod","service":"shop","include":["TAGS"]})"},
    {"UpdateServicePrimaryTaskSet", R"({"cluster":"prod","service":"shop","primaryTaskSet":"t"})"},
    {"UpdateContainerInstancesState", R"({"containerInstances":["i"],"status":"DRAINING"})"},
    {"DeregisterContainerInstance", R"({"containerInstance":"i"})"},
    {"PutAttributes", R"({"attributes":[{"name":"a","targetId":"arn:i"}]})"},
    {"DeleteAttributes", R"({"attributes":[{"name":"a","targetId":"arn:i"}]})"},
    {"ListAttributes", R"({"targetType":"container-instance"})"},
    {"UpdateTaskProtection", R"({"cluster":"prod","tasks":["t"],"protectionEnabled":true})"},
    {"GetTaskProtection", R"({"cluster":"prod"})"},
    {"CreateCapacityProvider",
     R"({"name":"spot","autoScalingGroupProvider":{"autoScalingGroupArn":"arn:group"}})"},
    {"UpdateCapacityProvider", R"({"name":"spot"})"},
    {"DeleteCapacityProvider", R"({"capacityProvider":"spot"})"},
    {"DescribeCapacityProviders", R"({"include":["TAGS"]})"},
    {"PutClusterCapacityProviders",
     R"({"cluster":"prod","capacityProviders":[],"defaultCapacityProviderStrategy":[]})"},
    {"RegisterContainerInstance", R"({"totalResources":[{"name":"CPU","type":"INTEGER","integerValue":1024},)"
                                  R"({"name":"MEMORY","type":"INTEGER","integerValue":512}]})"},
    {"DiscoverPollEndpoint", "{}"},
    {"SubmitTaskStateChange", R"({"task":"arn:t","status":"RUNNING"})"},
    {"SubmitContainerStateChange", R"({"task":"arn:t","containerName":"web","status":"RUNNING"})"},
    {"SubmitAttachmentStateChanges", R"({"attachments":[{"attachmentArn":"arn:a","status":"ATTACHED"}]})"},
    {"UpdateContainerAgent", R"({"containerInstance":"arn:i"})"}};

class Conformance : public ApiTest {
 protected:
  Conformance() {
    registry->on_registry = [](const AskRegistry& question) -> std::optional<Answer> {
      const bool lists = std::holds_alternative<core::ListClusters>(*question.command) ||
                         std::holds_alternative<core::ListTaskDefinitions>(*question.command) ||
                         std::holds_alternative<core::ListTaskDefinitionFamilies>(*question.command);
      if (lists) return answer(core::Reply{core::ListReply{{"one"}, "one"}});
      if (const auto* group = std::get_if<core::CapacityProviderCommand>(question.command.get())) {
        return std::visit(Replies{}, *group);
      }
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
    Answer operator()(const core::ServiceCommand& command) const { return std::visit(*this, command); }
    Answer operator()(const core::InstanceCommand& command) const { return std::visit(*this, command); }
    Answer operator()(const core::CreateService&) const { return service(); }
    Answer operator()(const core::UpdateService&) const { return service(); }
    Answer operator()(const core::DeleteService&) const { return service(); }
    Answer operator()(const core::DescribeServices&) const {
      const core::ServicesReply reply{{shop(), shop_with_task_set()}, {{"arn:s", "MISSING", {}}}};
      return answer(core::Reply{reply});
    }
    Answer operator()(const core::ListServices&) const { return list(); }
    Answer operator()(const core::ListServicesByNamespace&) const { return list(); }
    Answer operator()(const core::DescribeServiceDeployments&) const { return deployments(); }
    Answer operator()(const core::ListServiceDeployments&) const { return deployments(); }
    Answer operator()(const core::StopServiceDeployment&) const { return deployment_arn(); }
    Answer operator()(const core::ContinueServiceDeployment&) const { return deployment_arn(); }
    Answer operator()(const core::DescribeServiceRevisions&) const {
      return answer(
          core::Reply{core::ServiceRevisionsReply{{{revision_of(web_revision, 3), web_definition()}}, {}}});
    }
    Answer operator()(const core::CreateTaskSet&) const { return task_set(); }
    Answer operator()(const core::UpdateTaskSet&) const { return task_set(); }
    Answer operator()(const core::DeleteTaskSet&) const { return task_set(); }
    Answer operator()(const core::UpdateServicePrimaryTaskSet&) const { return task_set(); }
    Answer operator()(const core::DescribeTaskSets&) const {
      const auto snapshot = shop_with_task_set();
      return answer(core::Reply{core::TaskSetsReply{snapshot, snapshot.state.service->task_sets, {}}});
    }
    Answer operator()(const core::UpdateContainerInstancesState&) const {
      return answer(core::Reply{core::InstancesReply{{host_instance()}, {{"arn:i", "MISSING", {}}}}});
    }
    Answer operator()(const core::DeregisterContainerInstance&) const {
      return answer(core::Reply{core::InstanceReply{host_instance()}});
    }
    Answer operator()(const core::PutAttributes&) const { return attributes(); }
    Answer operator()(const core::DeleteAttributes&) const { return attributes(); }
    Answer operator()(const core::ListAttributes&) const { return attributes(); }
    Answer operator()(const core::UpdateTaskProtection&) const { return protection(); }
    Answer operator()(const core::GetTaskProtection&) const { return protection(); }
    Answer operator()(const core::CreateCapacityProvider&) const { return provider(); }
    Answer operator()(const core::UpdateCapacityProvider&) const { return provider(); }
    Answer operator()(const core::DeleteCapacityProvider&) const { return provider(); }
    Answer operator()(const core::DescribeCapacityProviders&) const {
      return answer(
          core::Reply{core::CapacityProvidersReply{{spot_provider()}, {{"arn:p", "MISSING", {}}}, "spot"}});
    }
    Answer operator()(const core::AgentCommand& command) const {
      const bool of_instance = std::holds_alternative<core::RegisterContainerInstance>(command) ||
                               std::holds_alternative<core::UpdateContainerAgent>(command);
      return answer(of_instance ? core::Reply{core::InstanceReply{host_instance()}}
                                : core::Reply{core::Acknowledged{}});
    }
    template <class Command>
    Answer operator()(const Command&) const {
      return cluster_answer("prod");
    }
    static Answer service() { return answer(core::Reply{core::ServiceReply{shop()}}); }
    static Answer deployments() {
      const auto record = rollout();
      core::DeploymentLifecycleHook hook;
      hook.targetType = core::DeploymentLifecycleHookTargetType::PAUSE;
      record->configuration.lifecycleHooks = std::vector{hook};
      record->progress.emplace().hooks.resize(1);
      record->rollback_reason = "alarm";
      core::ServiceDeploymentsReply reply;
      reply.deployments = {{record, {{web_revision, {1, 2}}}, {{web_revision, 4}}}};
      reply.next = "a";
      return answer(core::Reply{reply});
    }
    static Answer deployment_arn() { return answer(core::Reply{core::ServiceDeploymentArnReply{"arn:d"}}); }
    static Answer task_set() {
      const auto snapshot = shop_with_task_set();
      return answer(core::Reply{core::TaskSetReply{snapshot, snapshot.state.service->task_sets[0]}});
    }
    static Answer attributes() {
      const core::Attribute attribute{"a", "b", core::TargetType::container_instance, "arn:i"};
      return answer(core::Reply{core::AttributesReply{{attribute}, "a"}});
    }
    static Answer protection() {
      const core::ProtectedTask task{"arn:t", true, noon()};
      return answer(core::Reply{core::ProtectionReply{{task}, {{"arn:u", "TASK_NOT_VALID", {}}}}});
    }
    static Answer provider() { return answer(core::Reply{core::CapacityProviderReply{spot_provider()}}); }
    static Answer tasks() {
      return answer(core::Reply{core::TasksReply{{web_task()}, {{"arn:t", "RESOURCE:CPU", "short"}}}});
    }
    static Answer list() { return answer(core::Reply{core::ListReply{{"one"}, "one"}}); }
  };
};

TEST_F(Conformance, EveryResponseHasTheShapeOfTheModel) {
  const auto model = Model::load();
  ASSERT_EQ(std::size(calls), api::operations::OperationTable{}.size());
  if (!model) {
    std::cout << "TROUPE_SHARED names no model: nothing to compare with\n";
    return;
  }
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
