#pragma once

/// The scheduler's view of a cluster: instances, and what is reserved on them.

#include "actors/core/placement/interned.hpp"
#include "actors/core/placement/spread_fields.hpp"
#include "actors/core/placement/task_table.hpp"
#include "actors/core/records/container_instance.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::core {

class PlacementIndex;

/// What of an instance changed: what is on it, or its record as well.
enum class FleetChange : std::uint8_t { tasks, record };
using GroupNumber = std::uint32_t;

/// Whether a group's tasks on an instance are counted with the reservation, or by whoever makes it, soon
/// after.
enum class GroupCounting : std::uint8_t { at_once, later };

/// Tasks of one group on one instance.
struct GroupCount {
  GroupNumber group = 0;
  std::int32_t tasks = 0;
};

/// What is on an instance: all that a placement reads of one that it knows already. These lie by slot, a line
/// of memory each, as with thousands of instances they are seldom in the nearest caches.
struct alignas(64) InstanceLoad {
  std::uint64_t epoch =
      0;              ///< Another one whenever the record changes in what placement reads; 0: no instance.
  CpuUnits cpu_left;  ///< Negative when tasks hold more than is registered.
  MemoryMib memory_left;
  std::int32_t gpus_left = 0;
  std::int32_t tasks = 0;
  std::vector<GroupCount> groups;
};
static_assert(sizeof(InstanceLoad) == 64);

/// What the scheduler knows of one instance beside its load.
struct FleetInstance {
  InstancePtr record;
  Slot slot = 0;
  std::string availability_zone;      ///< Of the record's attributes; empty: none.
  std::set<std::uint16_t> tcp_ports;  ///< Of tasks; those that the host reserves are in the record.
  std::set<std::uint16_t> udp_ports;
};

struct Reservation {
  InstanceId instance;
  TaskSize size;
  std::string group;
};

/// All instances of a cluster and what is reserved on them. What a task holds is
/// given back by `release` and by nothing else: until then a stopping task keeps
/// its own resources, and only these, from others.
class Fleet {
 public:
  Fleet();
  Fleet(const Fleet& other);
  Fleet(Fleet&&) noexcept;
  Fleet& operator=(Fleet other) noexcept;
  ~Fleet();

  /// Adds the instance or takes its new record; one that is INACTIVE leaves.
  void update(const InstancePtr& instance);
  /// Counts a task that already runs or will; also used on recovery. The instance
  /// may be unknown yet.
  void reserve(const TaskId& task, const Reservation& reservation);
  /// Gives back what the task held; unknown tasks are no error.
  void release(const TaskId& task);

  [[nodiscard]] const std::map<InstanceId, FleetInstance>& instances() const { return kept_.instances; }
  [[nodiscard]] std::size_t reserved_tasks() const { return kept_.reservations.size(); }
  [[nodiscard]] const FleetInstance* find(const InstanceId& id) const;
  [[nodiscard]] const InstanceLoad& load(const FleetInstance& instance) const {
    return kept_.loads[instance.slot];
  }
  /// Tasks of `group` on `instance`.
  [[nodiscard]] std::int32_t tasks_of(const FleetInstance& instance, const std::string& group) const;
  [[nodiscard]] std::string_view group_name(GroupNumber group) const { return kept_.groups[group]; }
  /// Counts all changes; equal numbers mean that nothing changed between.
  [[nodiscard]] std::uint64_t changes() const { return kept_.changes; }

 private:
  friend class PlacementIndex;
  static constexpr Slot nowhere = 0xFFFFFFFF;

  struct SizeHash {
    std::size_t operator()(const TaskSize& size) const;
  };
  using Sizes = Interned<TaskSize, SizeHash>;
  /// Small, as there is one of each task: half a line of memory with the task's id.
  struct Held {
    Slot slot = nowhere;  ///< Nowhere: the instance is not registered.
    Sizes::Number size = 0;
    GroupNumber group = 0;
  };
  /// How a group's tasks are distributed.
  struct Distribution {
    std::int32_t instances = 0;                     ///< That have at least one.
    std::vector<std::vector<std::int32_t>> counts;  ///< By field and value; empty: not counted yet.
  };
  /// What an assignment tells of an instance.
  struct Address {
    InstanceId id;
    Interned<std::string>::Number zone = 0;
  };
  struct Kept {
    std::map<InstanceId, FleetInstance> instances;
    std::vector<InstanceLoad> loads;  ///< By slot.
    std::vector<Address> addresses;   ///< By slot.
    Interned<std::string> zones;
    TaskTable<Held> reservations;
    /// Tasks whose instance is not registered, and where each of them is.
    std::unordered_map<InstanceId, std::vector<TaskId>> strays;
    std::unordered_map<TaskId, InstanceId> stray_on;
    Sizes sizes;
    Interned<std::string> groups;
    std::vector<Distribution> distributions;  ///< By group.
    SpreadFields fields;
    std::vector<Slot> unused;
    std::uint64_t changes = 0;
    std::uint64_t field_changes = 0;  ///< Of instances joining, leaving, changing a field's value.
    std::uint64_t epochs = 0;
  };

  void join(const InstancePtr& record);
  void leave(const InstanceId& id);
  Slot take_slot();
  void take_facts(FleetInstance& instance, const InstancePtr& record);
  void add(const Held& held, GroupCounting counting = GroupCounting::at_once);
  void subtract(const Held& held);
  void count(Slot slot, GroupNumber group, std::int32_t by);
  void count_by_value(Slot slot, GroupNumber group, std::int32_t by);
  void note(Slot slot, FleetChange what);
  /// For PlacementIndex: as `reserve`, of numbers that are held by the caller. False: it was there already.
  bool hold(const TaskId& task, const Held& held, GroupCounting counting);
  FieldNumber field(const std::string& attribute);
  /// By value; may be shorter than there are values: those have none.
  const std::vector<std::int32_t>& counts(GroupNumber group, FieldNumber field);
  void link_slots();

  Kept kept_;
  std::vector<FleetInstance*> slots_;      ///< Null: unused.
  std::unique_ptr<PlacementIndex> index_;  ///< Made of the above when first asked for; never copied.
};

std::int32_t count_of(const InstanceLoad& load, GroupNumber group);

}  // namespace troupe::core
