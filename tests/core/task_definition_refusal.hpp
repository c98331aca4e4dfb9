#pragma once

/// Tables of refusals: one broken rule, one exact message.

#include "tests/core/task_definition_sample.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace troupe::core::sample {

/// A definition that breaks one rule, and what ECS says to it.
struct Refusal {
  const char* rule;  ///< The test's name: letters and digits.
  void (*breaks)(TaskDefinition&);
  const char* message;
};

inline std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.rule;
}

inline std::string rule_name(const ::testing::TestParamInfo<Refusal>& info) {
  return info.param.rule;
}

inline void expect_refused(TaskDefinition one, const Refusal& refusal) {
  refusal.breaks(one);
  const auto result = registered(one);
  ASSERT_TRUE(result.has_error()) << "accepted";
  EXPECT_EQ(result.error().message, refusal.message);
  EXPECT_EQ(result.error().code, ErrorCode::client);
}

}  // namespace troupe::core::sample
