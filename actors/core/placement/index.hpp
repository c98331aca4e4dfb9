#pragma once

/// The rankings of a fleet, made when first asked for and kept up to date.
///
/// Every change of the fleet is noted as the slot of its instance; a ranking takes
/// the notes that it has not seen when it is asked. One that is not asked costs
/// nothing, and one that is far behind is made anew.

#include "actors/core/placement/placement.hpp"
#include "actors/core/placement/ranking.hpp"

#include <list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace troupe::core {

class PlacementIndex {
 public:
  /// Notes that the instance in `slot` changed: its record, or only what is on it.
  void note(Slot slot, FleetChange what);

  /// As `place`, for a request that names no instances.
  static void place(Fleet& fleet, const PlacementRequest& request, PlacementResult& result);
  /// As `place`, for one that does.
  static void place_on_named(Fleet& fleet, const PlacementRequest& request, PlacementResult& result);

  [[nodiscard]] std::size_t rankings() const { return rankings_.size(); }

 private:
  struct Note {
    std::uint32_t slot : 31;
    std::uint32_t record : 1;
  };
  /// What tells rankings apart.
  struct Identity {
    std::string capacity_provider;
    LaunchType launch_type = LaunchType::EC2;
    std::vector<Attribute> attributes;
    std::vector<PlacementConstraint> constraints;
    std::vector<std::uint16_t> tcp_ports;
    std::vector<std::uint16_t> udp_ports;
    Chain chain;
    /// Of a ranking of one group: its number and generation.
    std::optional<std::pair<GroupNumber, std::uint32_t>> group;
  };
  struct Entry {
    Identity identity;
    Ranking ranking;
    std::uint64_t seen = 0;           ///< Notes taken.
    std::uint64_t field_changes = 0;  ///< Of the fleet, when it was made.
    std::size_t hash = 0;
    bool made = false;
  };
  using Entries = std::list<Entry>;
  /// The last request that found no place.
  struct Failure {
    std::uint64_t changes = 0;
    PlacementRequest request;
    std::vector<Refusal> refusals;
  };
  class Session;

  static Chain chain_of(Fleet& fleet, const std::vector<PlacementStrategy>& strategies);
  static bool suits_one_group(const Fleet& fleet, const PlacementRequest& request, const Chain& chain,
                              GroupNumber group);
  Entry& find(const Fleet& fleet, const PlacementRequest& request, Chain chain,
              std::optional<std::pair<GroupNumber, std::uint32_t>> group);
  void forget_oldest(const Fleet& fleet);
  void forget_notes(std::size_t count);
  void catch_up(const Fleet& fleet, Entry& entry, const Ask& ask);
  void explain(const Fleet& fleet, const PlacementRequest& request, PlacementResult& result);

  Entries rankings_;  ///< The last used first.
  std::unordered_multimap<std::size_t, Entries::iterator> by_hash_;
  std::vector<Note> notes_;
  std::uint64_t notes_before_ = 0;  ///< How many were forgotten.
  std::optional<Failure> failure_;
};

}  // namespace troupe::core
