/// Axes, steps and labels.

#include "tools/simulate/plot.hpp"

#include "tools/simulate/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace troupe::tools::simulate {
namespace {

constexpr double plot_width = 720;
constexpr double plot_height = 190;
constexpr double plot_left = 44;
constexpr double plot_right = 12;
constexpr double plot_top = 12;
constexpr double plot_bottom = 24;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

double across(const Plot& plot, core::Millis at) {
  return plot_left + (plot_width - plot_left - plot_right) * static_cast<double>(at.count()) /
                         static_cast<double>(std::max<std::int64_t>(plot.lasts.count(), 1));
}

double up(const Plot& plot, double value) {
  return plot_height - plot_bottom -
         (plot_height - plot_top - plot_bottom) * value / std::max(plot.most, 1e-9);
}

/// A round step with about four of them up to `most`.
double round_step(double most) {
  const double rough = most / 4;
  const double power = std::pow(10, std::floor(std::log10(std::max(rough, 1e-9))));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= rough) return power * factor;
  }
  return power * 10;
}

std::string grid(const Plot& plot) {
  std::string svg;
  const double step = plot.in_percent ? 0.25 : std::max(1.0, round_step(plot.most));
  for (double value = 0; value <= plot.most + 1e-9; value += step) {
    const auto y = number(up(plot, value));
    svg += "<line class=\"grid\" x1=\"" + number(plot_left) + "\" x2=\"" + number(plot_width - plot_right) +
           "\" y1=\"" + y + "\" y2=\"" + y + "\"/><text class=\"tick\" x=\"" + number(plot_left - 6) +
           "\" y=\"" + y + "\" dy=\"4\" text-anchor=\"end\">" +
           (plot.in_percent ? number(value * 100).substr(0, number(value * 100).find('.')) + "%"
                            : number(value).substr(0, number(value).find('.'))) +
           "</text>";
  }
  for (int part = 0; part <= 4; ++part) {
    const auto at = plot.lasts * part / 4;
    svg += "<text class=\"tick\" x=\"" + number(across(plot, at)) + "\" y=\"" + number(plot_height - 6) +
           "\" text-anchor=\"" +
           (part == 0   ? "start"
            : part == 4 ? "end"
                        : "middle") +
           "\">" + clock_text(at) + "</text>";
  }
  return svg;
}

/// A value holds until the next point.
std::string path_of(const Plot& plot, const PlotLine& line) {
  std::string path;
  double last = -1;
  for (const auto& [at, value] : line.points) {
    const auto x = number(across(plot, at));
    if (path.empty()) {
      path = "M" + x + " " + number(up(plot, value));
    } else if (value != last) {
      path += "H" + x + "V" + number(up(plot, value));
    }
    last = value;
  }
  if (!line.points.empty()) path += "H" + number(across(plot, line.points.back().first));
  return "<path class=\"" + line.style + "\" d=\"" + path + "\"/>";
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string svg_of(const Plot& plot) {
  std::string svg = "<figure><figcaption>" + escaped(plot.title) + "<span class=\"legend\">";
  for (const auto& line : plot.lines) {
    svg += "<span class=\"key\"><i class=\"" + line.style + "\"></i>" + escaped(line.name) + "</span>";
  }
  svg += "</span></figcaption><svg viewBox=\"0 0 " + number(plot_width) + " " + number(plot_height) +
         "\" role=\"img\" aria-label=\"" + escaped(plot.title) + "\">" + grid(plot);
  for (const auto mark : plot.marks) {
    const auto x = number(across(plot, mark));
    svg += "<line class=\"mark\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"" + number(plot_top) + "\" y2=\"" +
           number(plot_height - plot_bottom) + "\"/>";
  }
  for (const auto& line : plot.lines) svg += path_of(plot, line);
  return svg + "</svg></figure>\n";
}

}  // namespace troupe::tools::simulate
