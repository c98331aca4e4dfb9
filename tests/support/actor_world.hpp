#pragma once

/// A world of actors for tests: one thread, virtual time, and an order of
/// messages that a seed decides. What it does is in tools/simulation, which
/// `troupe simulate` runs in as well; here it fails the test it belongs to. It is
/// fit for tests of anyone's actors against Troupe's (see README).

#include "tools/simulation/virtual_actors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace troupe::testing {

/// Fails the test when actors are left over at its end, or never settle.
class ActorWorld : public simulation::VirtualActors {
 public:
  ~ActorWorld() override { close(); }

 protected:
  void trouble(const std::string& what) override { ADD_FAILURE() << what; }
};

/// A test with a world of its own.
class ActorTest : public ::testing::Test {
 protected:
  ActorWorld world;
};

}  // namespace troupe::testing
