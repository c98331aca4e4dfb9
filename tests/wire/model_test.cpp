/// Holds the wire against ECS's own service model, member by member.

#include "api/wire/codec/shape.hpp"
#include "tests/wire/messages.hpp"

#include <simdjson.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

namespace troupe::api::wire {
namespace {

namespace dom = simdjson::dom;
using Names = std::set<std::string, std::less<>>;

class Model {
 public:
  explicit Model(const std::string& path) : root_(parser_.load(path)) {}

  std::string message_of(const char* operation, const char* direction) {
    return std::string{std::string_view{root_["operations"][operation][direction]["shape"]}};
  }

  /// Compares the model's shape `name` with ours and goes on to what it is made of.
  void compare(const std::string& name, const Shape& ours) {
    if (!seen_.insert(name).second) return;
    SCOPED_TRACE(name);
    const dom::object shape = root_["shapes"][name];
    const std::string_view type = shape["type"];
    if (bool is_document = false; shape["document"].get(is_document) == simdjson::SUCCESS && is_document) {
      EXPECT_EQ(ours.kind, Kind::document);
      return;
    }
    if (type == "structure") return compare_structure(name, shape, ours);
    if (type == "list") {
      ASSERT_EQ(ours.kind, Kind::list);
      return compare_inner(shape["member"], *ours.element);
    }
    if (type == "map") {
      ASSERT_EQ(ours.kind, Kind::map);
      return compare_inner(shape["value"], *ours.element);
    }
    dom::array choices;
    if (shape["enum"].get(choices) == simdjson::SUCCESS) return compare_choices(choices, ours);
    static const std::map<std::string_view, Kind> kinds{
        {"string", Kind::text},       {"boolean", Kind::boolean}, {"integer", Kind::integer},
        {"long", Kind::long_integer}, {"double", Kind::real},     {"timestamp", Kind::timestamp}};
    EXPECT_EQ(ours.kind, kinds.at(type));
  }

  [[nodiscard]] std::size_t compared() const { return seen_.size(); }

 private:
  static bool has(const dom::object& members, std::string_view name) {
    return members[name].error() == simdjson::SUCCESS;
  }

  void compare_inner(const dom::object& reference, const Shape& ours) {
    compare(std::string{std::string_view{reference["shape"]}}, ours);
  }

  /// Members that the model does not have, by shape: sent by Amazon's agent, and by ours.
  static Names beside(const std::string& name) {
    if (name == "RegisterContainerInstanceRequest") return {"clientToken"};
    if (name == "AttachmentStateChange") return {"details"};
    return {};
  }

  void compare_structure(const std::string& name, const dom::object& shape, const Shape& ours) {
    ASSERT_EQ(ours.kind, Kind::structure);
    Names required;
    dom::array list;
    if (shape["required"].get(list) == simdjson::SUCCESS) {
      for (const dom::element name : list) required.emplace(std::string_view{name});
    }
    Names theirs;
    for (const auto member : dom::object{shape["members"]}) theirs.emplace(member.key);
    const auto more = beside(name);
    theirs.insert(more.begin(), more.end());
    Names mine;
    Names mine_required;
    for (const Member& member : ours.members) {
      mine.emplace(member.name);
      if (member.required) mine_required.emplace(member.name);
    }
    EXPECT_EQ(mine, theirs);
    EXPECT_EQ(mine_required, required);
    for (const Member& member : ours.members) {
      SCOPED_TRACE(member.name);
      ASSERT_EQ(member.shape->kind, Kind::optional);
      if (more.contains(std::string{member.name})) continue;
      if (theirs.contains(member.name)) compare_inner(shape["members"][member.name], *member.shape->element);
    }
  }

  void compare_choices(const dom::array& choices, const Shape& ours) {
    ASSERT_EQ(ours.kind, Kind::enumeration);
    Names theirs;
    for (const dom::element choice : choices) theirs.emplace(std::string_view{choice});
    Names mine;
    for (const Choice& choice : ours.choices) mine.emplace(choice.name);
    EXPECT_EQ(mine, theirs);
  }

  dom::parser parser_;
  dom::element root_;
  Names seen_;
};

TEST(Model, EveryMessageHasTheMembersOfEcssModel) {
  const char* shared = std::getenv("TROUPE_SHARED");
  const std::string path = std::string{shared == nullptr ? "" : shared} + "/models/ecs.json";
  if (shared == nullptr || !std::filesystem::exists(path)) {
    std::cout << "skipped: TROUPE_SHARED has no models/ecs.json\n";
    return;
  }
  Model model{path};
  for_each_operation([&]<class Request, class Response>(const Messages<Request, Response>& messages) {
    model.compare(model.message_of(messages.operation, "input"), shape_of<Request>());
    model.compare(model.message_of(messages.operation, "output"), shape_of<Response>());
  });
  EXPECT_GT(model.compared(), 150U);
}

}  // namespace
}  // namespace troupe::api::wire
