/// The envelope of an event and the details of each kind.

#include "api/stream/event_json.hpp"

#include "api/rendering/rendering.hpp"
#include "api/wire/codec/build_shape.hpp"
#include "api/wire/codec/codec.hpp"
#include "api/wire/codec/escape.hpp"
#include "api/wire/codec/timestamp.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::stream {

struct TaskDetail : wire::Task {
  std::optional<core::Time> updatedAt;
};
BOOST_DESCRIBE_STRUCT(TaskDetail, (wire::Task), (updatedAt))

struct InstanceDetail : wire::ContainerInstance {
  std::optional<std::string> clusterArn;
  std::optional<core::Time> updatedAt;
};
BOOST_DESCRIBE_STRUCT(InstanceDetail, (wire::ContainerInstance), (clusterArn, updatedAt))

struct ClusterDetail : wire::Cluster {
  std::optional<core::Time> createdAt;
  std::optional<core::Time> updatedAt;
};
BOOST_DESCRIBE_STRUCT(ClusterDetail, (wire::Cluster), (createdAt, updatedAt))

struct ServiceActionDetail {
  std::optional<core::ServiceEventType> eventType;
  std::optional<core::ServiceActionName> eventName;
  std::optional<std::string> clusterArn;
  std::optional<core::Time> createdAt;
  std::optional<std::vector<std::string>> capacityProviderArns;
  std::optional<std::vector<std::string>> containerInstanceArns;
  std::optional<std::vector<std::string>> taskArns;
  std::optional<std::vector<std::string>> taskSetArns;
  std::optional<std::string> reason;
  std::optional<std::int32_t> desiredCount;
};
BOOST_DESCRIBE_STRUCT(ServiceActionDetail, (),
                      (eventType, eventName, clusterArn, createdAt, capacityProviderArns,
                       containerInstanceArns, taskArns, taskSetArns, reason, desiredCount))

struct DeploymentDetail {
  std::optional<core::ServiceEventType> eventType;
  std::optional<core::DeploymentEventName> eventName;
  std::optional<std::string> clusterArn;
  std::optional<std::string> deploymentId;
  std::optional<core::Time> updatedAt;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(DeploymentDetail, (),
                      (eventType, eventName, clusterArn, deploymentId, updatedAt, reason))

}  // namespace troupe::api::stream

namespace troupe::api::wire {

template <>
const Shape& shape_of<stream::TaskDetail>() {
  return BuiltShape<stream::TaskDetail>::value;
}
template <>
const Shape& shape_of<stream::InstanceDetail>() {
  return BuiltShape<stream::InstanceDetail>::value;
}
template <>
const Shape& shape_of<stream::ClusterDetail>() {
  return BuiltShape<stream::ClusterDetail>::value;
}
template <>
const Shape& shape_of<stream::ServiceActionDetail>() {
  return BuiltShape<stream::ServiceActionDetail>::value;
}
template <>
const Shape& shape_of<stream::DeploymentDetail>() {
  return BuiltShape<stream::DeploymentDetail>::value;
}

}  // namespace troupe::api::wire

namespace troupe::api::stream {
namespace {

/// What an event is about, and its detail.
struct Subject {
  std::string arn;
  std::string detail;
};

/// Absent when there is none.
template <class T>
std::optional<T> unless_empty(const T& value) {
  return value.empty() ? std::nullopt : std::optional{value};
}

struct SubjectOf {
  const core::Realm& realm;
  core::Time at;

  Subject operator()(const core::TaskStateChange& change) const {
    TaskDetail detail{rendering::task(realm, *change.task, {}), change.task->updated_at};
    detail.tags.reset();
    for (auto& attachment : *detail.attachments) {
      if (attachment.type == "ElasticNetworkInterface") attachment.type = "eni";
    }
    return {*detail.taskArn, wire::encode(detail, wire::Form::event)};
  }

  Subject operator()(const core::InstanceStateChange& change) const {
    const auto& record = *change.instance;
    InstanceDetail detail{rendering::instance(realm, record, {}), core::cluster_arn(realm, record.cluster),
                          record.updated_at};
    detail.tags.reset();
    return {*detail.containerInstanceArn, wire::encode(detail, wire::Form::event)};
  }

  /// The record alone: its counts follow from the tasks' and instances' events.
  Subject operator()(const core::ClusterStateChange& change) const {
    ClusterDetail detail{rendering::cluster(realm, *change.cluster, {}, {.settings = true}),
                         change.cluster->created_at, at};
    detail.registeredContainerInstancesCount.reset();
    detail.runningTasksCount.reset();
    detail.pendingTasksCount.reset();
    detail.activeServicesCount.reset();
    detail.statistics.reset();
    detail.tags.reset();
    return {*detail.clusterArn, wire::encode(detail, wire::Form::event)};
  }

  Subject operator()(const core::ServiceAction& action) const {
    ServiceActionDetail detail;
    detail.eventType = action.type;
    detail.eventName = action.name;
    detail.clusterArn = core::cluster_arn(realm, action.cluster);
    detail.createdAt = action.created_at;
    detail.capacityProviderArns = unless_empty(action.capacity_provider_arns);
    detail.containerInstanceArns = unless_empty(action.container_instance_arns);
    detail.taskArns = unless_empty(action.task_arns);
    detail.taskSetArns = unless_empty(action.task_set_arns);
    detail.reason = unless_empty(action.reason);
    detail.desiredCount = action.desired_count;
    return {core::service_arn(realm, action.cluster, action.service),
            wire::encode(detail, wire::Form::event)};
  }

  Subject operator()(const core::DeploymentStateChange& change) const {
    DeploymentDetail detail;
    detail.eventType = change.type;
    detail.eventName = change.name;
    detail.clusterArn = core::cluster_arn(realm, change.cluster);
    detail.deploymentId = change.deployment_id;
    detail.updatedAt = change.updated_at;
    detail.reason = unless_empty(change.reason);
    return {core::service_arn(realm, change.cluster, change.service),
            wire::encode(detail, wire::Form::event)};
  }
};

}  // namespace

void append_event(const core::Realm& realm, const core::SequencedEvent& event, std::string& out) {
  const auto subject = std::visit(SubjectOf{realm, event.event.at}, event.event.body);
  out += R"({"sequence":)" + std::to_string(event.sequence);
  out += R"(,"version":"0","id":")" + core::to_string(event.event.id);
  out += R"(","detail-type":")";
  out += core::detail_type(event.event.body);
  out += R"(","source":"aws.ecs","account":)";
  wire::write_string(realm.account, out);
  out += R"(,"time":")" + wire::iso_seconds(event.event.at);
  out += R"(","region":)";
  wire::write_string(realm.region, out);
  out += R"(,"resources":[)";
  wire::write_string(subject.arn, out);
  out += R"(],"detail":)" + subject.detail + "}";
}

}  // namespace troupe::api::stream
