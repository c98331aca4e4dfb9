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

}  // namespace troupe::api::wire

namespace troupe::api::stream {
namespace {

/// What an event is about, and its detail.
struct Subject {
  std::string arn;
  std::string detail;
};

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
