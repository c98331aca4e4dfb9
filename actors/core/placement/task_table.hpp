#pragma once

/// What is kept of each task, by its id, in two blocks of memory.
///
/// `std::unordered_map` has a node for each task: with a hundred thousand tasks
/// every insertion and removal waits for memory several times, and the fuller a
/// cluster is the longer it takes. Here the entries lie in one array, where those
/// given back last are used first and so are near; a table of eight bytes a cell
/// says which is whose, and can be asked for ahead.

#include "actors/core/ids.hpp"
#include "actors/core/placement/prefetch.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace troupe::core {

template <class T>
class TaskTable {
 public:
  /// Null when it is not there. Pointers hold until the next `insert`.
  T* find(const TaskId& task) {
    const auto at = cell_of(task, tag_of(task));
    return cells_.empty() || cells_[at].is_free() ? nullptr : &entries_[cells_[at].entry].value;
  }
  /// The value of the task, and whether it is a new one.
  std::pair<T*, bool> insert(const TaskId& task, const T& value) {
    if (4 * (size_ + 1) > 3 * cells_.size()) grow();
    const auto tag = tag_of(task);
    auto& cell = cells_[cell_of(task, tag)];
    if (!cell.is_free()) return {&entries_[cell.entry].value, false};
    cell = {tag, take_entry()};
    ++size_;
    entries_[cell.entry] = {task, value};
    return {&entries_[cell.entry].value, true};
  }
  /// False when it was not there.
  bool erase(const TaskId& task) {
    if (cells_.empty()) return false;
    auto hole = cell_of(task, tag_of(task));
    if (cells_[hole].is_free()) return false;
    unused_.push_back(cells_[hole].entry);
    --size_;
    // What follows moves up, so that no search ends at the hole.
    for (auto at = next(hole); !cells_[at].is_free(); at = next(at)) {
      const auto home = home_of(cells_[at].tag);
      const bool may_move = ((at - home) & mask()) >= ((at - hole) & mask());
      if (may_move) cells_[std::exchange(hole, at)] = cells_[at];
    }
    cells_[hole] = {};
    return true;
  }
  void ask_ahead(const TaskId& task) const {
    if (!cells_.empty()) prefetch(&cells_[home_of(tag_of(task))]);
  }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `visit(task, value)` for each, in no order; it may change the value.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (const auto& cell : cells_) {
      if (cell.is_free()) continue;
      auto& entry = entries_[cell.entry];
      visit(entry.task, entry.value);
    }
  }

 private:
  using EntryNumber = std::uint32_t;
  static constexpr EntryNumber none = 0xFFFFFFFF;

  struct Cell {
    std::uint32_t tag = 0;  ///< Its upper bits are where the search for it begins.
    EntryNumber entry = none;
    [[nodiscard]] bool is_free() const { return entry == none; }
  };
  struct Entry {
    TaskId task;
    T value{};
  };

  static std::uint32_t tag_of(const TaskId& task) {
    return static_cast<std::uint32_t>(std::hash<TaskId>{}(task)*0x9E3779B97F4A7C15ULL >> 32U);
  }
  [[nodiscard]] std::size_t home_of(std::uint32_t tag) const { return tag >> shift_; }
  [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t cell) const { return (cell + 1) & mask(); }

  /// The cell that has the task, or the free one where it would be.
  [[nodiscard]] std::size_t cell_of(const TaskId& task, std::uint32_t tag) const {
    if (cells_.empty()) return 0;
    auto at = home_of(tag);
    while (!cells_[at].is_free() && (cells_[at].tag != tag || entries_[cells_[at].entry].task != task)) {
      at = next(at);
    }
    return at;
  }

  EntryNumber take_entry() {
    if (unused_.empty()) {
      entries_.emplace_back();
      return static_cast<EntryNumber>(entries_.size() - 1);
    }
    const auto entry = unused_.back();
    unused_.pop_back();
    return entry;
  }

  void grow() {
    const auto old = std::exchange(cells_, std::vector<Cell>(cells_.empty() ? 64 : 2 * cells_.size()));
    shift_ = old.empty() ? 32U - 6U : shift_ - 1U;
    for (const auto& cell : old) {
      if (cell.is_free()) continue;
      auto at = home_of(cell.tag);
      while (!cells_[at].is_free()) at = next(at);
      cells_[at] = cell;
    }
  }

  std::vector<Cell> cells_;  ///< As many as a power of two; a quarter is free.
  std::vector<Entry> entries_;
  std::vector<EntryNumber> unused_;
  std::size_t size_ = 0;
  unsigned shift_ = 32;
};

}  // namespace troupe::core
