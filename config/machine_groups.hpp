#pragma once

/// The table of machine groups: what the machines of an Auto Scaling group are on this host. An
/// entry is written `NAME:min=0,max=3,runtime=oci,zone=us-east-1b,attributes=k=v;k=v`; all but
/// the name may be left out.

#include <string>
#include <vector>

namespace troupe::config {

struct MachineGroupEntry {
  std::string name;  ///< As in the group's ARN, behind "autoScalingGroupName/".
  int size_min = 0;
  int size_max = 1;
  std::string runtime = "oci";          ///< Of its agents: oci, docker, simulated.
  std::string zone;                     ///< Empty: as an agent by itself.
  std::vector<std::string> attributes;  ///< name=value
};

/// The problem says what is wrong with the text; empty: it was read.
std::string parse_machine_group(const std::string& text, MachineGroupEntry& into);

/// The first three numbers of a /24, as "10.216.0"; empty: it is none.
std::string prefix_of_network(const std::string& network);

}  // namespace troupe::config
