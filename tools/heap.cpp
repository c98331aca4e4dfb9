/// jemalloc's hooks of its extents: memory that comes from the kernel passes here.
/// Source: jemalloc(3), "arena.<i>.extent_hooks", "arena.<i>.dirty_decay_ms";
/// madvise(2).

#include "tools/heap.hpp"

#include <jemalloc/jemalloc.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

namespace troupe::tools {
namespace {

constexpr std::size_t small_heap_bytes = 64U << 20U;

extent_hooks_t* jemallocs = nullptr;
extent_hooks_t ours;
std::atomic<std::size_t> taken{0};

void* take(extent_hooks_t* /*hooks*/, void* where, std::size_t size, std::size_t alignment, bool* zero,
           bool* commit, unsigned arena) {
  void* memory = jemallocs->alloc(jemallocs, where, size, alignment, zero, commit, arena);
  if (memory != nullptr) {
    const bool large = taken.fetch_add(size, std::memory_order_relaxed) >= small_heap_bytes;
    // Advice: where the kernel has no huge pages, nothing is lost.
    (void)madvise(memory, size, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  }
  return memory;
}

unsigned arenas() {
  unsigned count = 0;
  std::size_t size = sizeof count;
  return mallctl("arenas.narenas", &count, &size, nullptr, 0) == 0 ? count : 0;
}

/// @param decay  Milliseconds until what is free is given back; -1: never.
void set_decay(ssize_t decay) {
  for (unsigned arena = 0; arena < arenas(); ++arena) {
    const auto name = "arena." + std::to_string(arena) + ".dirty_decay_ms";
    (void)mallctl(name.c_str(), nullptr, nullptr, &decay, sizeof decay);
  }
}

}  // namespace

void take_huge_pages_when_large() {
  if (jemallocs != nullptr) return;
  std::array<std::size_t, 3> hooks_of{};
  std::size_t parts = hooks_of.size();
  if (mallctlnametomib("arena.0.extent_hooks", hooks_of.data(), &parts) != 0) return;
  std::size_t size = sizeof jemallocs;
  if (mallctlbymib(hooks_of.data(), parts, static_cast<void*>(&jemallocs), &size, nullptr, 0) != 0) return;
  ours = *jemallocs;
  ours.alloc = take;
  auto* hooks = &ours;
  for (unsigned arena = 0; arena < arenas(); ++arena) {
    hooks_of[1] = arena;
    (void)mallctlbymib(hooks_of.data(), parts, nullptr, nullptr, static_cast<void*>(&hooks), sizeof hooks);
  }
}

void keep_what_becomes_free() {
  set_decay(-1);
}

void give_back() {
  const auto purge = "arena." + std::to_string(MALLCTL_ARENAS_ALL) + ".purge";
  (void)mallctl(purge.c_str(), nullptr, nullptr, nullptr, 0);
  ssize_t usual = 0;
  std::size_t size = sizeof usual;
  if (mallctl("arenas.dirty_decay_ms", &usual, &size, nullptr, 0) == 0) set_decay(usual);
}

}  // namespace troupe::tools
