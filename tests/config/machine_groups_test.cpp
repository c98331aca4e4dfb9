/// The table of machine groups.

#include "config/machine_groups.hpp"

#include <gtest/gtest.h>

namespace troupe::config {
namespace {

TEST(MachineGroups, AnEntryNamesWhatItsMachinesAre) {
  MachineGroupEntry entry;
  EXPECT_EQ(parse_machine_group("web:min=1,max=4,runtime=simulated,zone=eu-1b,attributes=a=1;b", entry), "");
  EXPECT_EQ(entry.name, "web");
  EXPECT_EQ(entry.size_min, 1);
  EXPECT_EQ(entry.size_max, 4);
  EXPECT_EQ(entry.runtime, "simulated");
  EXPECT_EQ(entry.zone, "eu-1b");
  EXPECT_EQ(entry.attributes, (std::vector<std::string>{"a=1", "b"}));
  MachineGroupEntry plain;
  EXPECT_EQ(parse_machine_group("web", plain), "");
  EXPECT_EQ(plain.size_max, 1);
  EXPECT_EQ(plain.runtime, "oci");
}

TEST(MachineGroups, SaysWhatIsWrong) {
  MachineGroupEntry entry;
  EXPECT_EQ(parse_machine_group(":max=1", entry), "machine-group: ':max=1' has no name");
  EXPECT_EQ(parse_machine_group("web:max", entry), "machine-group: web: 'max' has no value");
  EXPECT_EQ(parse_machine_group("web:max=many", entry), "machine-group: web: max must be 0-250");
  EXPECT_EQ(parse_machine_group("web:min=2,max=1", entry), "machine-group: web: max must not be below min");
  EXPECT_NE(parse_machine_group("web:runtime=moon", entry), "");
  EXPECT_NE(parse_machine_group("web:color=red", entry), "");
}

TEST(MachineGroups, OnlyASlash24IsANetwork) {
  EXPECT_EQ(prefix_of_network("10.216.0.0/24"), "10.216.0");
  EXPECT_EQ(prefix_of_network("10.216.0.0/16"), "");
  EXPECT_EQ(prefix_of_network("10.216.0.1/24"), "");
  EXPECT_EQ(prefix_of_network("host.0/24"), "");
}

}  // namespace
}  // namespace troupe::config
