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

/// As people write it: 0.0001, not 1e-04.
void append_bound(std::string& out, double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  out.append(text.data(), end);
}

void append_number(std::string& out, double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

}  // namespace

std::string& Exposition::samples_of(const Metric& metric, std::string_view type) {
  const auto [known, is_new] = by_name_.try_emplace(metric.name, families_.size());
  if (is_new) families_.push_back({metric, type, {}});
  return families_[known->second].samples;
}

void Exposition::add_histogram(const Metric& metric, std::span<const double> bounds,
                               std::span<const std::uint64_t> counts, double sum) {
  auto& out = samples_of(metric, "histogram");
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    up_to += counts[i];
    out.append(metric.name).append("_bucket{le=\"");
    if (i < bounds.size()) {
      append_bound(out, bounds[i]);
    } else {
      out += "+Inf";
    }
    out.append("\"} ").append(std::to_string(up_to)).append("\n");
  }
  out.append(metric.name).append("_sum ");
  append_number(out, sum);
  out.append("\n").append(metric.name).append("_count ").append(std::to_string(up_to)).append("\n");
}

void Exposition::add(const Metric& metric, Labels labels, double value) {
  auto& out = samples_of(metric, metric.name.ends_with("_total") ? "counter" : "gauge");
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
  for (const auto& [metric, type, samples] : families_) {
    out.append("# HELP ").append(metric.name).append(" ").append(metric.help).append("\n# TYPE ");
    out.append(metric.name).append(" ").append(type).append("\n").append(samples);
  }
  return out;
}

}  // namespace troupe::api::metrics
