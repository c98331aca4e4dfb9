/// Tables for people.

#include "tools/text_table.hpp"

#include <algorithm>

namespace troupe::tools {

std::vector<std::string> table_lines(const std::vector<TableRow>& rows, std::size_t left) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      line += i < left ? row[i] + space : space + row[i];
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string printable(std::string text) {
  for (auto& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

std::string last_part(const std::optional<std::string>& arn) {
  const auto text = arn.value_or("");
  return text.substr(text.rfind('/') + 1);
}

}  // namespace troupe::tools
