#pragma once

/// What the agent of this host was told to register with. A start that does not say it again takes
/// what is kept in the data directory, so that a host never changes its kind by a forgotten option.
///
/// Custom attributes are not among it: the control plane keeps them, also as changed by
/// PutAttributes and DeleteAttributes.

#include "config/options.hpp"

#include <string>

namespace troupe::config {

/// Empty members of `options` (capacity, availability zone) become those of DIR/registration, where
/// that has them. What was given stays, and counts from then on.
/// @return  What went wrong, or nothing.
std::string recall_registration(Options& options);

/// Durable when it returns. @return what went wrong, or nothing.
std::string keep_registration(const Options& options);

}  // namespace troupe::config
