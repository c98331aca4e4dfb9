#pragma once

/// What every long-running process of ours does first: signals, limits, time and chance.

#include "actors/core/time.hpp"

#include <cstdint>
#include <string>

namespace troupe::tools {

core::Time wall_clock();

/// 64 fresh bits at each call, from any thread.
std::uint64_t chance();

/// Blocks SIGTERM and SIGINT in this thread and those that it starts, ignores SIGPIPE, and takes
/// as many descriptors as the host allows, and huge pages when the heap is large (heap.hpp). To be
/// called before any thread is started.
void prepare_process(const std::string& log_level);

/// So many connections, or as many as this process may have files beside its own; says so when they
/// are fewer than wanted.
std::size_t connections_within(std::size_t wanted);

/// Waits for one of the two signals; its name.
std::string wait_for_end();

/// A relative path as an absolute one.
std::string absolute_path(const std::string& path);

}  // namespace troupe::tools
