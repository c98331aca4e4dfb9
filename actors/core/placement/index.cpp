/// Finds, makes and renews rankings.

#include "actors/core/placement/index.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

namespace troupe::core {
namespace {

/// More combinations of values than this are not kept apart as cells.
constexpr std::size_t cells_max = 64;
/// Instances that all rankings of a fleet may hold together: some 100 bytes each.
constexpr std::size_t ranked_max = 2'000'000;
constexpr std::size_t rankings_least = 16;
/// A group on fewer instances than this times the root of all is passed over
/// quickly; a ranking of its own would take longer to make.
constexpr double passed_over_per_root = 4;

/// While nothing is placed, changes are noted up to here.
constexpr std::size_t notes_max = 1'000'000;
/// So many notes later an instance is looked at: about as long as memory takes.
constexpr std::size_t notes_ahead = 4;

constexpr const char* zone = "ecs.availability-zone";

std::string attribute_of(const std::string& field) {
  constexpr std::string_view prefix = "attribute:";
  return field.starts_with(prefix) ? field.substr(prefix.size()) : field;
}

bool is_instance(const std::string& field) {
  return field == "instanceId" || field == "host";
}

class Hash {
 public:
  void mix(std::size_t value) { hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15ULL; }
  void mix(const std::optional<std::string>& text) {
    mix(text ? std::hash<std::string_view>{}(*text) : std::size_t{1});
  }
  [[nodiscard]] std::size_t value() const { return hash_; }

 private:
  std::size_t hash_ = 0;
};

std::size_t hash_of(const PlacementRequest& request, const Chain& chain) {
  Hash hash;
  hash.mix(request.capacity_provider);
  hash.mix(static_cast<std::size_t>(request.launch_type));
  for (const auto& attribute : request.attributes) {
    hash.mix(attribute.name);
    hash.mix(attribute.value);
  }
  for (const auto& constraint : request.constraints) hash.mix(constraint.expression);
  hash.mix(request.constraints.size());
  for (const auto port : request.size.tcp_ports) hash.mix(port);
  for (const auto port : request.size.udp_ports) hash.mix(std::size_t{port} << 16U);
  for (const auto& step : chain)
    hash.mix((std::size_t{step.field} << 8U) + static_cast<std::size_t>(step.kind));
  return hash.value();
}

}  // namespace

void PlacementIndex::note(Slot slot, FleetChange what) {
  if (rankings_.empty()) return;
  if (notes_.size() == notes_max) forget_notes(notes_max);
  notes_.push_back({slot & 0x7FFFFFFFU, what == FleetChange::record ? 1U : 0U});
}

/// Rankings that have not taken them are made anew when they are asked next.
void PlacementIndex::forget_notes(std::size_t count) {
  notes_before_ += count;
  notes_.erase(notes_.begin(), notes_.begin() + static_cast<std::ptrdiff_t>(count));
}

/// Strategies without effect are left out: repetitions, and all after `random`.
Chain PlacementIndex::chain_of(Fleet& fleet, const std::vector<PlacementStrategy>& strategies) {
  Chain chain;
  std::size_t cells = 1;
  const auto add = [&](Step step) {
    if (std::find(chain.begin(), chain.end(), step) == chain.end()) chain.push_back(step);
  };
  const auto spread = [&](const std::string& field) {
    if (is_instance(field)) return add({StepKind::spread_instance, 0});
    const auto number = fleet.field(attribute_of(field));
    const auto values = std::max<std::size_t>(fleet.kept_.fields.values(number), 1);
    const bool kept_apart = cells * values <= cells_max;
    if (kept_apart) cells *= values;
    add({kept_apart ? StepKind::spread_cells : StepKind::spread_values, number});
  };
  for (const auto& strategy : strategies) {
    if (chain.size() == std::tuple_size_v<Cost>) break;
    const auto field = strategy.field.value_or("");
    if (strategy.type == PlacementStrategyType::random) return chain;
    if (strategy.type == PlacementStrategyType::spread) spread(field);
    if (strategy.type == PlacementStrategyType::binpack) {
      const bool by_cpu = field == "cpu" || field == "CPU";
      add({by_cpu ? StepKind::pack_cpu : StepKind::pack_memory, 0});
    }
  }
  if (strategies.empty()) {
    spread(zone);
    add({StepKind::spread_instance, 0});
    add({StepKind::fewest_tasks, 0});
  }
  return chain;
}

bool PlacementIndex::suits_one_group(const Fleet& fleet, const PlacementRequest& request, const Chain& chain,
                                     GroupNumber group) {
  auto passed_over = static_cast<double>(fleet.kept_.distributions[group].instances);
  const auto all = static_cast<double>(fleet.slots_.size());
  const bool distinct =
      std::any_of(request.constraints.begin(), request.constraints.end(),
                  [](const auto& each) { return each.type == PlacementConstraintType::distinctInstance; });
  double of_value = 0;
  for (const auto& step : chain) {
    if (step.kind == StepKind::spread_instance) of_value = std::max(of_value, 1.0);
    if (step.kind != StepKind::spread_values) continue;
    of_value = std::max(of_value, all / static_cast<double>(fleet.kept_.fields.values(step.field)));
  }
  if (distinct) of_value = std::max(of_value, 1.0);
  passed_over *= of_value;
  return passed_over > std::max(64.0, passed_over_per_root * std::sqrt(all));
}

PlacementIndex::Entry& PlacementIndex::find(const Fleet& fleet, const PlacementRequest& request, Chain chain,
                                            std::optional<std::pair<GroupNumber, std::uint32_t>> group) {
  auto hash = hash_of(request, chain);
  if (group) hash += (std::size_t{group->first} + 1) * 0x9E3779B97F4A7C15ULL;
  const auto [begin, end] = by_hash_.equal_range(hash);
  for (auto found = begin; found != end; ++found) {
    const auto& known = found->second->identity;
    if (known.chain == chain && known.group == group &&
        known.capacity_provider == request.capacity_provider && known.launch_type == request.launch_type &&
        known.attributes == request.attributes && known.constraints == request.constraints &&
        known.tcp_ports == request.size.tcp_ports && known.udp_ports == request.size.udp_ports) {
      rankings_.splice(rankings_.begin(), rankings_, found->second);
      return rankings_.front();
    }
  }
  forget_oldest(fleet);
  const auto scope = group ? RankingScope::one_group : RankingScope::shared;
  const auto salt = group ? std::hash<std::string_view>{}(request.group) : 0;
  Identity identity{request.capacity_provider,
                    request.launch_type,
                    request.attributes,
                    request.constraints,
                    request.size.tcp_ports,
                    request.size.udp_ports,
                    chain,
                    group};
  rankings_.push_front({std::move(identity), Ranking{Criteria::of(request), std::move(chain), scope, salt}, 0,
                        0, hash, false});
  by_hash_.emplace(hash, rankings_.begin());
  return rankings_.front();
}

void PlacementIndex::forget_oldest(const Fleet& fleet) {
  const auto most = std::max(rankings_least, ranked_max / std::max<std::size_t>(fleet.slots_.size(), 1));
  if (rankings_.size() < most) return;
  const auto oldest = std::prev(rankings_.end());
  const auto [begin, end] = by_hash_.equal_range(oldest->hash);
  const auto at = std::find_if(begin, end, [&](const auto& each) { return each.second == oldest; });
  by_hash_.erase(at);
  rankings_.erase(oldest);
}

void PlacementIndex::catch_up(const Fleet& fleet, Entry& entry, const Ask& ask) {
  const auto& kept = fleet.kept_;
  const FleetView view{fleet, fleet.slots_, kept.loads, kept.fields};
  const auto all = notes_before_ + notes_.size();
  const auto worth_taking = fleet.slots_.size() + 64;
  const bool values_moved =
      entry.field_changes != kept.field_changes && entry.identity.group &&
      std::any_of(entry.identity.chain.begin(), entry.identity.chain.end(),
                  [](const Step& step) { return step.kind == StepKind::spread_values; });
  if (!entry.made || values_moved || entry.seen < notes_before_ || all - entry.seen > worth_taking) {
    entry.ranking.rebuild(view, ask);
    entry.made = true;
  } else {
    const auto concerns = [&](const Note& note) {
      return note.record != 0 || !entry.ranking.is_apart(note.slot);
    };
    const auto ask_ahead = [&](std::size_t at) {
      if (at < notes_.size() && concerns(notes_[at])) entry.ranking.ask_ahead(view, notes_[at].slot);
    };
    const auto begin = entry.seen - notes_before_;
    for (std::size_t i = 0; i < notes_ahead; ++i) ask_ahead(begin + i);
    for (auto at = begin; at < notes_.size(); ++at) {
      ask_ahead(at + notes_ahead);
      if (concerns(notes_[at])) entry.ranking.refresh(view, ask, notes_[at].slot);
    }
  }
  entry.seen = all;
  entry.field_changes = kept.field_changes;
  if (notes_.size() > 4 * worth_taking + 4096) forget_notes(notes_.size() - worth_taking);
}

}  // namespace troupe::core
