/// Lines of the text format.

#include "api/metrics/exposition.hpp"

#include <array>
#include <charconv>

namespace troupe::api::metrics {
namespace {

void append_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string_view{"\\n"} : std::string_view{&c, 1};
  }
}

void append_number(std::string& out, double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

}  // namespace

void Exposition::add(const Metric& metric, Labels labels, double value) {
  const auto [known, is_new] = by_name_.try_emplace(metric.name, families_.size());
  if (is_new) families_.push_back({metric, {}});
  auto& out = families_[known->second].samples;
  out += metric.name;
  char separator = '{';
  for (const auto& label : labels) {
    out += separator;
    out.append(label.name).append("=\"");
    append_escaped(out, label.value);
    out += '"';
    separator = ',';
  }
  out += separator == ',' ? "} " : " ";
  append_number(out, value);
  out += '\n';
}

std::string Exposition::text() const {
  std::string out;
  for (const auto& [metric, samples] : families_) {
    const bool counts = metric.name.ends_with("_total");
    out.append("# HELP ").append(metric.name).append(" ").append(metric.help).append("\n# TYPE ");
    out.append(metric.name).append(counts ? " counter\n" : " gauge\n").append(samples);
  }
  return out;
}

}  // namespace troupe::api::metrics
