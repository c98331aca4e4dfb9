#pragma once

/// Lines over time as inline SVG: no script, nothing to load.

#include "actors/core/time.hpp"

#include <string>
#include <utility>
#include <vector>

namespace troupe::tools::simulate {

struct PlotLine {
  std::string name;
  std::string style;  ///< A CSS class of the page.
  std::vector<std::pair<core::Millis, double>> points;
};

struct Plot {
  std::string title;
  double most = 1;  ///< Of the value axis; 0 is its foot.
  bool in_percent = false;
  core::Millis lasts{1};
  std::vector<PlotLine> lines;
  std::vector<core::Millis> marks;  ///< Drawn as upright lines: what was done then.
};

std::string svg_of(const Plot& plot);

/// Text for HTML and SVG.
std::string escaped(const std::string& text);

}  // namespace troupe::tools::simulate
