/// Figures of processes, from /proc.

#include "tools/bench/process_figures.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace troupe::tools::bench {
namespace {

std::string proc_file(pid_t process, const char* name) {
  return "/proc/" + std::to_string(process) + "/" + name;
}

double status_mib(pid_t process, const std::string& field) {
  std::ifstream status{proc_file(process, "status")};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::strtod(line.c_str() + field.size() + 1, nullptr) / 1024;
  }
  return 0;
}

}  // namespace

double resident_mib(pid_t process) {
  return status_mib(process, "VmRSS");
}

double private_mib(pid_t process) {
  return status_mib(process, "RssAnon");
}

Nanos cpu_time(pid_t process) {
  std::ifstream file{proc_file(process, "stat")};
  std::string text;
  std::getline(file, text);
  // Fields 14 and 15, counted from behind the name, which may hold blanks.
  std::istringstream fields{text.substr(text.rfind(')') + 1)};
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double kernel = 0;
  fields >> user >> kernel;
  const auto seconds = (user + kernel) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(seconds));
}

}  // namespace troupe::tools::bench
