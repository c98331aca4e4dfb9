/// Read from /proc/self; what cannot be read is left out.

#include "api/metrics/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace troupe::api::metrics {
namespace {

constexpr Metric cpu_seconds{"process_cpu_seconds_total", "Processor time that this process took."};
constexpr Metric resident{"process_resident_memory_bytes", "Memory of this process that is in RAM."};
constexpr Metric open_files{"process_open_fds", "Files that this process has open."};
constexpr Metric open_files_max{"process_max_fds", "Files that it may have open."};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

void add_process(Exposition& out) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    out.add(cpu_seconds, {}, seconds(usage.ru_utime) + seconds(usage.ru_stime));
  }
  std::ifstream statm{"/proc/self/statm"};
  double pages = 0;
  if (statm >> pages >> pages) out.add(resident, {}, pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
  std::error_code failed;
  const std::filesystem::directory_iterator files{"/proc/self/fd", failed};
  if (!failed) out.add(open_files, {}, static_cast<double>(std::distance(begin(files), end(files))));
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    out.add(open_files_max, {}, static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace troupe::api::metrics
