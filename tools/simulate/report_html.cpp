/// The report as one page: figures, plots, tables; light and dark.

#include "tools/simulate/plot.hpp"
#include "tools/simulate/report.hpp"

#include <algorithm>
#include <cstdio>

namespace troupe::tools::simulate {
namespace {

/// More plots than this are no picture any more: the services that were lowest come first.
constexpr std::size_t plots_max = 24;
constexpr std::size_t rows_max = 1'000;

constexpr const char* page_style = R"css(
:root{--ink:#1d2430;--soft:#5c6675;--line:#e3e7ee;--card:#fff;--page:#f4f6fa;--run:#2f6fed;--ok:#1f9d63;--want:#9aa4b2;
--bad:#cf3b3b;--cpu:#7a4fe0;--mem:#e08a2f}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebf2;--soft:#9aa4b2;--line:#2c3340;--card:#1a1f29;--page:#11151c;--run:#6b9bff;
--ok:#4cc38a;--want:#6a7484;--bad:#ff7b72;--cpu:#a78bfa;--mem:#f0b060}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 20px 60px}h1{font-size:26px;margin:0 0 2px}h2{font-size:17px;margin:34px 0 12px}
.sub{color:var(--soft);margin:0 0 22px}.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}.card b{display:block;font-size:22px;
font-variant-numeric:tabular-nums}.card span{color:var(--soft);font-size:13px}.good b{color:var(--ok)}.poor b{color:var(--bad)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:14px}figure{margin:0;background:var(--card);
border:1px solid var(--line);border-radius:10px;padding:12px 14px}figcaption{font-weight:600;display:flex;justify-content:space-between;
gap:12px;flex-wrap:wrap}.legend{font-weight:400;color:var(--soft);font-size:13px}.key{margin-left:12px}.key i{display:inline-block;
width:14px;height:3px;margin-right:5px;vertical-align:middle}i.run{background:var(--run)}i.ok{background:var(--ok)}
i.want{background:var(--want)}i.cpu{background:var(--cpu)}i.mem{background:var(--mem)}svg{width:100%;height:auto;display:block}
path{fill:none;stroke-width:2}path.run{stroke:var(--run)}path.ok{stroke:var(--ok)}path.want{stroke:var(--want);stroke-dasharray:5 4}
path.cpu{stroke:var(--cpu)}path.mem{stroke:var(--mem)}.grid{stroke:var(--line)}.mark{stroke:var(--bad);stroke-dasharray:2 3}
.tick{fill:var(--soft);font-size:11px}.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:7px 12px;
border-top:1px solid var(--line);vertical-align:top}tr:first-child th{border-top:0;color:var(--soft);font-weight:500;font-size:13px}
td.n{white-space:nowrap}.bar{background:var(--line);border-radius:4px;height:8px;min-width:90px;margin-top:7px}.bar i{display:block;
height:8px;border-radius:4px;background:var(--run)}.refused,.fault,.poor-text{color:var(--bad)}.call{color:var(--run)}
)css";

std::string card(const std::string& title, const std::string& value, const char* style = "") {
  return std::string{"<div class=\"card "} + style + "\"><b>" + escaped(value) + "</b><span>" +
         escaped(title) + "</span></div>";
}

std::string whole_percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f%%", share * 100);
  return text;
}

std::string cards_of(const Report& report) {
  std::string html = "<div class=\"cards\">";
  html += report.finished_at ? card("at rest at the end", "yes", "good")
                             : card("at rest at the end", "no", "poor");
  if (report.steps_from && report.finished_at) {
    html += card("from the first step to rest", clock_text(*report.finished_at - *report.steps_from));
  }
  if (report.steady_at) html += card("first steady after", clock_text(*report.steady_at));
  html += card("tasks started", std::to_string(report.tasks_started));
  std::uint64_t refused = 0;
  for (const auto& one : report.refusals) refused += one.count;
  html += card("times that no place was found", std::to_string(refused), refused > 0 ? "poor" : "");
  if (!report.samples.empty()) {
    html += card("cpu, memory reserved", whole_percent(report.samples.back().cpu_share) + ", " +
                                             whole_percent(report.samples.back().memory_share));
  }
  return html + "</div>\n";
}

std::vector<core::Millis> marks_of(const Report& report) {
  std::vector<core::Millis> marks;
  for (const auto& one : report.happenings) {
    const bool done = one.kind == Happening::Kind::fault || one.kind == Happening::Kind::call;
    if (done && (!report.steps_from || one.at >= *report.steps_from)) marks.push_back(one.at);
  }
  return marks;
}

Plot plot_of(const Report& report, const ServiceFigures& service) {
  Plot plot;
  plot.title = service.name;
  plot.lasts = report.lasted;
  plot.marks = marks_of(report);
  PlotLine desired{"desired", "want", {}};
  PlotLine running{"running", "run", {}};
  PlotLine healthy{"healthy", "ok", {}};
  for (const auto& sample : report.samples) {
    const auto counts = sample.services.find(service.name);
    if (counts == sample.services.end()) continue;
    desired.points.emplace_back(sample.at, sample.desired.at(service.name));
    running.points.emplace_back(sample.at, counts->second.first);
    healthy.points.emplace_back(sample.at, counts->second.second);
    plot.most = std::max({plot.most, desired.points.back().second, running.points.back().second});
  }
  plot.lines = {desired, running, healthy};
  return plot;
}

Plot utilisation_plot(const Report& report) {
  Plot plot;
  plot.title = "Reserved of the cluster";
  plot.lasts = report.lasted;
  plot.marks = marks_of(report);
  plot.in_percent = true;
  PlotLine cpu{"cpu", "cpu", {}};
  PlotLine memory{"memory", "mem", {}};
  for (const auto& sample : report.samples) {
    cpu.points.emplace_back(sample.at, sample.cpu_share);
    memory.points.emplace_back(sample.at, sample.memory_share);
  }
  plot.lines = {cpu, memory};
  return plot;
}

std::string plots_of(const Report& report) {
  auto services = report.services;
  std::ranges::stable_sort(
      services, {}, [](const ServiceFigures& one) { return one.lowest_healthy.value_or(0) - one.desired; });
  std::string html = "<h2>Over time</h2><div class=\"plots\">";
  for (std::size_t at = 0; at < services.size() && at < plots_max; ++at)
    html += svg_of(plot_of(report, services[at]));
  return html + svg_of(utilisation_plot(report)) + "</div>\n";
}

std::string services_rows(const Report& report) {
  std::string html =
      "<h2>Services</h2><div class=\"scroll\"><table><tr><th>service<th>desired<th>running<th>healthy"
      "<th>lowest healthy<th>tasks started<th>state</tr>";
  for (const auto& one : report.services) {
    html +=
        "<tr><td>" + escaped(one.name) + "<td class=n>" + std::to_string(one.desired) + "<td class=n>" +
        std::to_string(one.running) + "<td class=n>" + std::to_string(one.healthy) + "<td class=n>" +
        (one.lowest_healthy ? std::to_string(*one.lowest_healthy) + " at " + clock_text(one.lowest_healthy_at)
                            : "never all") +
        "<td class=n>" + std::to_string(one.started) + "<td" +
        (one.steady ? ">steady" : " class=poor-text>") + escaped(one.unrest) + "</tr>";
  }
  return html + "</table></div>\n";
}

std::string bar(std::int64_t used, std::int64_t of) {
  const auto share = of > 0 ? std::clamp(static_cast<double>(used) / static_cast<double>(of), 0.0, 1.0) : 0.0;
  return std::to_string(used) + " of " + std::to_string(of) +
         "<div class=bar><i style=\"width:" + whole_percent(share) + "\"></i></div>";
}

std::string instances_rows(const Report& report) {
  std::string html =
      "<h2>Instances</h2><div class=\"scroll\"><table><tr><th>instance<th>zone<th>status<th>tasks"
      "<th>cpu<th>memory<th>placements</tr>";
  for (std::size_t at = 0; at < report.instances.size() && at < rows_max; ++at) {
    const auto& one = report.instances[at];
    html += "<tr><td>" + escaped(one.name) + "<td>" + escaped(one.zone) + "<td>" + one.status +
            "<td class=n>" + std::to_string(one.tasks) + "<td>" + bar(one.cpu_used, one.cpu) + "<td>" +
            bar(one.memory_used, one.memory) + "<td>";
    for (const auto& [group, tasks] : one.groups)
      html += escaped(group) + " × " + std::to_string(tasks) + "<br>";
    html += "</tr>";
  }
  return html + "</table></div>\n";
}

const char* style_of(Happening::Kind kind) {
  if (kind == Happening::Kind::refused) return "refused";
  if (kind == Happening::Kind::fault) return "fault";
  return kind == Happening::Kind::call ? "call" : "";
}

std::string happenings_rows(const Report& report) {
  std::string html = "<h2>Steps</h2><div class=\"scroll\"><table><tr><th>at<th>who<th>what</tr>";
  for (std::size_t at = 0; at < report.happenings.size() && at < rows_max; ++at) {
    const auto& one = report.happenings[at];
    html += "<tr><td class=n>" + clock_text(one.at) + "<td>" + escaped(one.subject) + "<td class=\"" +
            style_of(one.kind) + "\">" + escaped(one.text) + "</tr>";
  }
  return html + "</table></div>\n";
}

std::string refusals_rows(const Report& report) {
  if (report.refusals.empty()) return {};
  std::string html =
      "<h2>What found no place, and why</h2><div class=\"scroll\"><table><tr><th>who<th>times<th>first"
      "<th>last<th>reason</tr>";
  for (const auto& one : report.refusals) {
    html += "<tr><td>" + escaped(one.group) + "<td class=n>" + std::to_string(one.count) + "<td class=n>" +
            clock_text(one.first) + "<td class=n>" + clock_text(one.last) + "<td>" + escaped(one.reason) +
            "</tr>";
  }
  return html + "</table></div>\n";
}

}  // namespace

std::string report_html(const Report& report) {
  std::string html =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>" +
      escaped(report.name) + "</title><style>" + page_style + "</style><main><h1>" + escaped(report.name) +
      "</h1><p class=\"sub\">" + clock_text(report.lasted) + " of virtual time, seed " +
      std::to_string(report.seed) + ", " + std::to_string(report.instances.size()) +
      " instances, played by Troupe's own scheduler</p>\n";
  html += cards_of(report) + plots_of(report) + services_rows(report) + refusals_rows(report);
  html += instances_rows(report) + happenings_rows(report);
  for (const auto& one : report.breaches)
    html += "<p class=\"refused\">BUG of Troupe: " + escaped(one) + "</p>";
  return html + "</main></html>\n";
}

}  // namespace troupe::tools::simulate
