/// Numbers over time.

#include "tools/bench/c2m_curve.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <optional>
#include <sstream>

namespace troupe::tools::bench {
namespace {

constexpr double chart_width = 760;
constexpr double chart_height = 240;
constexpr double margin_left = 80;
constexpr double margin_top = 60;
constexpr double gap = 70;

/// The next 1, 2 or 5 times a power of ten.
double round_up(double value) {
  if (value <= 0) return 1;
  const auto power = std::pow(10.0, std::floor(std::log10(value)));
  for (const auto step : {1.0, 2.0, 5.0}) {
    if (value <= step * power) return step * power;
  }
  return 10 * power;
}

std::string grouped(double value) {
  auto digits = std::to_string(static_cast<long long>(std::llround(value)));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

struct Point {
  double x;
  double y;
};

/// One chart below the other, with the same time axis.
void draw_chart(std::ostream& out, double top, const std::string& caption, const std::vector<Point>& points,
                double x_max) {
  double highest = 0;
  for (const auto& point : points) highest = std::max(highest, point.y);
  const auto y_max = round_up(highest);
  const auto bottom = top + chart_height;
  out << "<text x=\"" << margin_left << "\" y=\"" << top - 12 << "\" class=\"caption\">" << caption
      << "</text>\n";
  for (int line = 0; line <= 4; ++line) {
    const auto y = bottom - chart_height * line / 4;
    out << "<line x1=\"" << margin_left << "\" x2=\"" << margin_left + chart_width << "\" y1=\"" << y
        << "\" y2=\"" << y << "\" class=\"grid\"/><text x=\"" << margin_left - 8 << "\" y=\"" << y + 4
        << "\" text-anchor=\"end\">" << grouped(y_max * line / 4) << "</text>\n";
  }
  for (int mark = 0; mark <= 5; ++mark) {
    const auto x = margin_left + chart_width * mark / 5;
    out << "<text x=\"" << x << "\" y=\"" << bottom + 20 << "\" text-anchor=\"middle\">"
        << std::setprecision(3) << x_max * mark / 5 << " s</text>\n";
  }
  out << "<polyline class=\"curve\" points=\"" << std::fixed << std::setprecision(1);
  for (const auto& point : points) {
    out << margin_left + chart_width * point.x / x_max << ',' << bottom - chart_height * point.y / y_max
        << ' ';
  }
  out << std::defaultfloat << "\"/>\n";
}

/// What passed while the count of running tasks went from one number to another.
struct Part {
  double tasks = 0;
  double seconds = 0;
  double cpu_seconds = 0;
};

std::optional<Part> between(const std::vector<Sample>& samples, double low, double high) {
  const auto reached = [&](double count) {
    return std::find_if(samples.begin(), samples.end(),
                        [&](const Sample& sample) { return static_cast<double>(sample.running) >= count; });
  };
  const auto from = reached(low);
  const auto to = reached(high);
  if (to == samples.end() || to->seconds <= from->seconds) return std::nullopt;
  return Part{static_cast<double>(to->running - from->running), to->seconds - from->seconds,
              to->cpu_seconds - from->cpu_seconds};
}

}  // namespace

double rate_between(const std::vector<Sample>& samples, double low, double high) {
  const auto part = between(samples, low, high);
  return part ? part->tasks / part->seconds : 0;
}

double cpu_between(const std::vector<Sample>& samples, double low, double high) {
  const auto part = between(samples, low, high);
  return part ? part->cpu_seconds / part->tasks * 1e6 : 0;
}

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

std::string draw_curve(const std::vector<Sample>& samples, const std::string& title) {
  std::vector<Point> counts;
  std::vector<Point> rates;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    counts.push_back({samples[i].seconds, static_cast<double>(samples[i].running)});
    if (i == 0 || samples[i].seconds <= samples[i - 1].seconds) continue;
    const auto came = static_cast<double>(samples[i].running - samples[i - 1].running);
    rates.push_back({samples[i].seconds, came / (samples[i].seconds - samples[i - 1].seconds)});
  }
  const auto x_max = samples.empty() ? 1 : std::max(samples.back().seconds, 1e-3);
  std::ostringstream out;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << chart_width + margin_left + 40
      << "\" height=\"" << margin_top + 2 * chart_height + gap + 50 << "\">\n"
      << "<style>svg{background:#fff}text{font:13px sans-serif;fill:#333}.title{font-size:17px;"
         "font-weight:bold}.caption{font-weight:bold}.grid{stroke:#ddd}"
         ".curve{fill:none;stroke:#1668b5;stroke-width:2}</style>\n"
      << "<text x=\"" << margin_left << "\" y=\"26\" class=\"title\">" << title << "</text>\n";
  draw_chart(out, margin_top, "Tasks RUNNING", counts, x_max);
  draw_chart(out, margin_top + chart_height + gap, "Tasks that came to run, each second", rates, x_max);
  out << "</svg>\n";
  return out.str();
}

runtime::Result<void> write_curve(const std::string& file, const std::string& svg) {
  std::ofstream out(file);
  out << svg << std::flush;
  if (!out) {
    return runtime::Failure{runtime::FailureKind::failed, "cannot write " + file};
  }
  return {};
}

}  // namespace troupe::tools::bench
