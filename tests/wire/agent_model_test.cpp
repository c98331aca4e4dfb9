/// Holds the shapes of agents' frames against the agent's own model: each member that we
/// have is there, under the same name and with the same type.

#include "api/wire/acs.hpp"
#include "api/wire/codec/shape.hpp"
#include "api/wire/tcs.hpp"

#include <simdjson.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>

namespace troupe::api::wire {
namespace {

namespace dom = simdjson::dom;

class AgentModel {
 public:
  explicit AgentModel(const std::string& path) : root_(parser_.load(path)) {}

  void compare(const std::string& name, const Shape& ours) {
    if (!seen_.insert(name).second) return;
    SCOPED_TRACE(name);
    const dom::object shape = root_["shapes"][name];
    const std::string_view type = shape["type"];
    if (type == "structure") return compare_structure(shape, ours);
    if (type == "list") {
      ASSERT_EQ(ours.kind, Kind::list);
      return compare_inner(shape["member"], *ours.element);
    }
    if (type == "map") {
      ASSERT_EQ(ours.kind, Kind::map);
      return compare_inner(shape["value"], *ours.element);
    }
    compare_scalar(shape, type, ours);
  }

  [[nodiscard]] std::size_t compared() const { return seen_.size(); }

 private:
  void compare_inner(const dom::object& reference, const Shape& ours) {
    compare(std::string{std::string_view{reference["shape"]}}, ours);
  }

  void compare_structure(const dom::object& shape, const Shape& ours) {
    ASSERT_EQ(ours.kind, Kind::structure);
    const dom::object members = shape["members"];
    for (const Member& member : ours.members) {
      SCOPED_TRACE(member.name);
      ASSERT_EQ(member.shape->kind, Kind::optional);
      dom::object theirs;
      ASSERT_EQ(members[member.name].get(theirs), simdjson::SUCCESS);
      compare_inner(theirs, *member.shape->element);
    }
  }

  /// A text of ours may be one of a few in the model, and a number there may be wider.
  static void compare_scalar(const dom::object& shape, std::string_view type, const Shape& ours) {
    static const std::map<std::string_view, std::set<Kind>> kinds{
        {"string", {Kind::text, Kind::enumeration}},
        {"boolean", {Kind::boolean}},
        {"integer", {Kind::integer, Kind::long_integer}},
        {"long", {Kind::long_integer}},
        {"double", {Kind::real}},
        {"timestamp", {Kind::timestamp}}};
    EXPECT_TRUE(kinds.at(type).contains(ours.kind)) << type;
    dom::array choices;
    if (ours.kind != Kind::enumeration || shape["enum"].get(choices) != simdjson::SUCCESS) return;
    std::set<std::string_view> theirs;
    for (const dom::element choice : choices) theirs.insert(std::string_view{choice});
    for (const Choice& choice : ours.choices) EXPECT_TRUE(theirs.contains(choice.name)) << choice.name;
  }

  dom::parser parser_;
  dom::element root_;
  std::set<std::string> seen_;
};

std::optional<std::string> model_file(const char* name) {
  const char* shared = std::getenv("TROUPE_SHARED");
  const auto path = std::string{shared == nullptr ? "" : shared} + "/models/" + name;
  if (shared != nullptr && std::filesystem::exists(path)) return path;
  std::cout << "skipped: TROUPE_SHARED has no models/" << name << "\n";
  return std::nullopt;
}

TEST(Model, EveryMessageOfAcsIsTheAgentsOwn) {
  const auto path = model_file("agent-acs.json");
  if (!path) return;
  AgentModel model{*path};
  model.compare("PayloadMessage", shape_of<acs::PayloadMessage>());
  model.compare("TaskManifestMessage", shape_of<acs::TaskManifestMessage>());
  model.compare("TaskStopVerificationMessage", shape_of<acs::TaskStopVerificationMessage>());
  model.compare("TaskStopVerificationAck", shape_of<acs::TaskStopVerificationAck>());
  model.compare("IAMRoleCredentialsMessage", shape_of<acs::IAMRoleCredentialsMessage>());
  model.compare("IAMRoleCredentialsAckRequest", shape_of<acs::IAMRoleCredentialsAckRequest>());
  model.compare("AttachTaskNetworkInterfacesMessage", shape_of<acs::AttachTaskNetworkInterfacesMessage>());
  model.compare("AttachInstanceNetworkInterfacesMessage",
                shape_of<acs::AttachInstanceNetworkInterfacesMessage>());
  model.compare("ConfirmAttachmentMessage", shape_of<acs::ConfirmAttachmentMessage>());
  model.compare("HeartbeatMessage", shape_of<acs::HeartbeatMessage>());
  model.compare("HeartbeatAckRequest", shape_of<acs::HeartbeatAckRequest>());
  model.compare("AckRequest", shape_of<acs::AckRequest>());
  model.compare("NackRequest", shape_of<acs::NackRequest>());
  EXPECT_GT(model.compared(), 60U);
}

TEST(Model, EveryMessageOfTcsIsTheAgentsOwn) {
  const auto path = model_file("agent-tcs.json");
  if (!path) return;
  AgentModel model{*path};
  model.compare("PublishMetricsRequest", shape_of<tcs::PublishMetricsRequest>());
  model.compare("PublishHealthRequest", shape_of<tcs::PublishHealthRequest>());
  model.compare("PublishInstanceStatusRequest", shape_of<tcs::PublishInstanceStatusRequest>());
  model.compare("AckPublishMetric", shape_of<tcs::AckPublishMetric>());
  model.compare("AckPublishHealth", shape_of<tcs::AckPublishHealth>());
  model.compare("AckPublishInstanceStatus", shape_of<tcs::AckPublishInstanceStatus>());
  EXPECT_GT(model.compared(), 25U);
}

}  // namespace
}  // namespace troupe::api::wire
