/// The registration file.

#include "config/host_registration.hpp"

#include "config/value_file.hpp"

#include <array>

namespace troupe::config {
namespace {

struct Kept {
  const char* name;
  std::string Options::*where;
};

/// Names as on the command line.
constexpr std::array<Kept, 2> kept{
    {{"capacity", &Options::capacity}, {"availability-zone", &Options::availability_zone}}};

std::string registration_file(const Options& options) {
  return options.data + "/registration";
}

}  // namespace

std::string recall_registration(Options& options) {
  std::string problem;
  const auto values = read_values(registration_file(options), problem);
  for (const auto& member : kept) {
    const auto value = values.find(member.name);
    if (value != values.end() && (options.*member.where).empty()) options.*member.where = value->second;
  }
  return problem;
}

std::string keep_registration(const Options& options) {
  Values values;
  for (const auto& member : kept) {
    if (!(options.*member.where).empty()) values[member.name] = options.*member.where;
  }
  return write_values(registration_file(options), values);
}

}  // namespace troupe::config
