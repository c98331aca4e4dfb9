#pragma once

/// Prometheus's text format, version 0.0.4: a family of samples for each metric, its samples
/// together as the format demands, whatever order they come in.
///
/// Source: Prometheus documentation, "Exposition formats".

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::api::metrics {

inline constexpr const char* exposition_type = "text/plain; version=0.0.4; charset=utf-8";

/// A gauge unless its name ends in "_total": then a counter, which only grows.
struct Metric {
  std::string_view name;
  std::string_view help;
};

struct Label {
  std::string_view name;
  std::string_view value;  ///< Any UTF-8; it is escaped.
};
using Labels = std::initializer_list<Label>;

class Exposition {
 public:
  void add(const Metric& metric, Labels labels, double value);
  /// `counts[i]` lie between bound i - 1 and bound i; one more than bounds, beyond the last.
  void add_histogram(const Metric& metric, std::span<const double> bounds,
                     std::span<const std::uint64_t> counts, double sum);
  /// The families in the order in which they first came.
  [[nodiscard]] std::string text() const;

 private:
  struct Family {
    Metric metric;
    std::string_view type;
    std::string samples;
  };
  std::string& samples_of(const Metric& metric, std::string_view type);
  std::vector<Family> families_;
  std::map<std::string_view, std::size_t> by_name_;
};

}  // namespace troupe::api::metrics
