//===- Table.cpp - results as a table -------------------------------------===//
#include "gq/Bench/Report.h"

#include <algorithm>
#include <cstdio>

namespace gridquant::bench {

static std::string format(const char *pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof(text), pattern, value);
  return text;
}

/// The columns after the name, of every row.
static std::vector<std::string> cells(const CaseResult &in, const Result &row,
                                      const std::vector<const Result *> &peers,
                                      bool anyFlops, bool anyFloor,
                                      bool anyHost, bool anyChoice,
                                      bool anyJoules) {
  std::vector<std::string> cells{format("%.2f", row.us.median),
                                 format("%.2f", row.us.p20) + ".." +
                                     format("%.2f", row.us.p80)};
  if (anyFlops)
    cells.push_back(row.work.flops ? format("%.1f", row.tflops()) : "-");
  else
    cells.push_back(row.work.bytes ? format("%.1f", row.gbps()) : "-");
  if (anyFloor) {
    double share = in.shareOfFloor(row);
    cells.push_back(share > 0 ? format("%.1f%%", 100 * share) : "-");
  }
  if (anyHost)
    for (double us : {row.hostUs, row.planUs})
      cells.push_back(us > 0 ? format("%.2f", us) : "-");
  if (anyChoice)
    cells.push_back(row.choiceNs > 0 ? format("%.0f", row.choiceNs) : "-");
  if (anyJoules)
    cells.push_back(row.steady.us > 0 ? format("%.4f", row.steady.joules())
                                      : "-");
  for (const Result *peer : peers)
    cells.push_back(row.role == Role::Ours && row.us.median > 0
                        ? format("%.3fx", peer->us.median / row.us.median)
                        : "-");
  return cells;
}

std::string printTable(const CaseResult &result) {
  bool anyFlops = false, anyFloor = false, anyHost = false, anyChoice = false,
       anyJoules = false;
  std::vector<const Result *> peers;
  for (const Result &row : result.results) {
    anyFlops |= row.work.flops != 0;
    anyFloor |= result.shareOfFloor(row) > 0;
    anyHost |= row.hostUs > 0;
    anyChoice |= row.choiceNs > 0;
    anyJoules |= row.steady.us > 0;
    if (row.role == Role::Peer)
      peers.push_back(&row);
  }
  std::vector<std::vector<std::string>> table;
  const char *how = result.harness == Harness::Graph ? ", graph" : "";
  std::vector<std::string> header{result.sizes + how, "us", "p20..p80",
                                  anyFlops ? "TFLOP/s" : "GB/s"};
  if (anyFloor)
    header.push_back("of floor");
  if (anyHost)
    header.insert(header.end(), {"host us", "plan us"});
  if (anyChoice)
    header.push_back("choice ns");
  if (anyJoules)
    header.push_back("joules");
  for (const Result *peer : peers)
    header.push_back("vs " + peer->name);
  table.push_back(std::move(header));
  for (const Result &row : result.results) {
    table.push_back({row.name});
    for (std::string &cell : cells(result, row, peers, anyFlops, anyFloor,
                                   anyHost, anyChoice, anyJoules))
      table.back().push_back(std::move(cell));
  }

  std::vector<size_t> widths(table.front().size(), 0);
  for (const auto &row : table)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto &row : table) {
    text += row[0] + std::string(widths[0] - row[0].size(), ' ');
    for (size_t i = 1; i < row.size(); ++i)
      text += std::string(2 + widths[i] - row[i].size(), ' ') + row[i];
    text += '\n';
  }
  return text;
}

} // namespace gridquant::bench
