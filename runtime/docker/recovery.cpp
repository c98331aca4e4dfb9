/// A new adapter on the directory of one that ended, perhaps in the middle of
/// something: what the records say is compared with what the engine has.

#include "runtime/docker/adapter.hpp"
#include "runtime/oci/timestamps.hpp"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <set>

namespace troupe::runtime::docker {
namespace {

namespace json = boost::json;

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace

Result<void> Adapter::recover() {
  std::vector<std::string> unfinished;
  for (const auto& id : names_in(layout_.sandboxes())) {
    const auto text = read_file(layout_.sandbox(id) + "/sandbox.json");
    auto entry = text ? sandbox_entry(*text) : Result<SandboxEntry>(Failure{});
    if (entry) {
      sandboxes_.emplace(id, std::move(*entry));
    } else {
      unfinished.push_back(id);
    }
  }
  if (auto recovered = recover_containers(); !recovered) {
    return recovered;
  }
  if (auto removed = remove_strays(); !removed) {
    return removed;
  }
  for (const auto& id : unfinished) {
    spdlog::info("docker removes sandbox {}, which was never finished", id);
    SandboxEntry entry;
    entry.id = id;
    if (auto freed = free_sandbox(entry); !freed) {
      return freed;
    }
    if (auto removed = remove_tree(layout_.sandbox(id)); !removed) {
      return removed;
    }
  }
  for (const auto& id : names_in(layout_.logs())) {
    if (!sandboxes_.contains(id)) {
      if (auto removed = remove_tree(layout_.logs() + "/" + id); !removed) {
        return removed;
      }
    }
  }
  return {};
}

Result<void> Adapter::recover_containers() {
  for (const auto& id : names_in(layout_.containers())) {
    const auto text = read_file(layout_.container(id) + "/state.json");
    auto entry = text ? container_entry(*text) : Result<ContainerEntry>(Failure{});
    if (!entry || !sandboxes_.contains(entry->sandbox)) {
      // What the engine may have of it is a stray.
      if (auto removed = remove_tree(layout_.container(id)); !removed) {
        return removed;
      }
      continue;
    }
    if (auto recovered = recover_container(std::move(*entry)); !recovered) {
      return recovered;
    }
  }
  return {};
}

/// Created and never started: create() or start() had not returned, or its caller
/// does not know. Running: adopted. Ended while nobody looked: the engine knows how.
Result<void> Adapter::recover_container(ContainerEntry entry) {
  const auto id = entry.id;
  if (entry.engine_id.empty()) {
    containers_.emplace(id, std::move(entry));
    return {};
  }
  const auto inspected = inspect(entry.engine_id);
  if (!inspected && inspected.error().kind != FailureKind::not_found) {
    return inspected.error();
  }
  const auto began = inspected ? text_at(*inspected, "/State/StartedAt") : std::string();
  const auto started = parse_timestamp(began);
  if (!started && !entry.started) {
    return remove_claimed(entry);
  }
  containers_.insert_or_assign(id, entry);
  by_engine_id_.insert_or_assign(entry.engine_id, id);
  if (!inspected) {
    note_exit(id, json::value());
    return {};
  }
  if (began == entry.ended_run) {
    return {};
  }
  return note_start(id);
}

/// Ours by their labels, but in no record.
Result<void> Adapter::remove_strays() {
  const json::object filters{{"label", json::array{json::string(std::string(label_owner) + "=" + owner_)}}};
  const auto all = engine_.get("/containers/json?all=1&filters=" + url_encoded(json::serialize(filters)));
  if (!all) {
    return all.error();
  }
  std::set<std::string> known;
  for (const auto& [engine_id, id] : by_engine_id_) {
    known.insert(engine_id);
  }
  for (const auto& [id, sandbox] : sandboxes_) {
    known.insert(sandbox.pauses.begin(), sandbox.pauses.end());
  }
  if (!all->is_array()) {
    return {};
  }
  for (const auto& each : all->get_array()) {
    const auto engine_id = text_at(each, "/Id");
    if (known.contains(engine_id)) {
      continue;
    }
    spdlog::info("docker removes container {}, which nobody knows", engine_id.substr(0, 12));
    if (auto removed = engine_.remove("/containers/" + engine_id + "?force=1&v=1"); !removed) {
      return removed;
    }
  }
  return {};
}

}  // namespace troupe::runtime::docker
