#include "reports/summary/summary_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "reports/text/escape.h"
#include "reports/text/table.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

using Align = Table::Align;

constexpr std::size_t kNameColumns = 36;
constexpr std::size_t kBarColumns = 16;
constexpr std::size_t kPathRows = 16;

std::string percentile(const Histogram& histogram, double percent) {
  return histogram.empty() ? "-" : human(Duration{histogram.percentile(percent)});
}

std::uint64_t sum_of(const StateCounts& counts) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

class Printer {
 public:
  Printer(const Summary& summary, const Style& style) : sum_(summary), style_(style) {}

  std::string print(const std::vector<ThresholdLine>& thresholds) {
    heading();
    workflows();
    nodes();
    if (sum_of(sum_.nodes) == 0) figures();
    times();
    runtimes();
    cost();
    alarms();
    reasons();
    slowest();
    critical_path();
    if (!thresholds.empty()) section("Thresholds", print_thresholds(thresholds, style_));
    return std::move(out_);
  }

 private:
  void section(std::string_view title, std::string_view body, std::string_view aside = "") {
    if (body.empty()) return;
    out_ += '\n' + style_(Ink::kBold, title);
    if (!aside.empty()) out_ += "  " + style_(Ink::kDim, aside);
    out_ += '\n';
    out_ += body;
  }

  void heading() {
    const std::string name = sum_.title.empty() ? sum_.source : sum_.title;
    out_ += style_(Ink::kBold, clean(name.empty() ? "run" : name));
    std::string about =
        fmt::format("  {} from {}", human(sum_.ended - sum_.began), iso_time(sum_.began));
    if (!sum_.world.empty()) about += fmt::format(", {}", clean(sum_.world));
    if (sum_.seed) about += fmt::format(", seed {}", *sum_.seed);
    for (const std::string& each : sum_.overrides) about += fmt::format(" --set {}", clean(each));
    if (sum_.interrupted) about += ", interrupted";
    if (!sum_.digest.empty()) about += fmt::format(", digest {}", clean(sum_.digest));
    out_ += style_(Ink::kDim, about) + '\n';
  }

  void workflows() {
    Table table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                 Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
    table.titles(
        {"", "count", "succeeded", "failed", "other", "live", "makespan p50", "p95", "p99", "max"});
    constexpr std::size_t kRows = 12;
    for (std::size_t i = 0; i < std::min(kRows, sum_.by_workflow.size()); ++i) {
      const Summary::OfWorkflow& of = sum_.by_workflow[i];
      table.row(workflow_row(shorten(of.name, kNameColumns), of.states, of.makespan));
    }
    if (sum_.by_workflow.size() > 1) table.row(workflow_row("all", sum_.workflows, sum_.makespan));
    if (sum_.by_workflow.empty()) return;
    const std::size_t hidden = sum_.by_workflow.size() - std::min(kRows, sum_.by_workflow.size());
    std::string aside =
        hidden == 0 ? "" : fmt::format("{} more in --json", counted(hidden, "definition"));
    if (sum_.makespan.count() < sum_of(sum_.workflows) && sum_.by_workflow.size() > 1) {
      aside += fmt::format("{}makespan of all: of the {} that no other workflow started",
                           aside.empty() ? "" : "; ", human_count(sum_.makespan.count()));
    }
    section("Workflows", table.print(style_), aside);
  }

  static std::vector<Table::Cell> workflow_row(std::string name, const StateCounts& states,
                                               const Histogram& makespan) {
    const auto of = [&](NodeState state) { return states[static_cast<std::size_t>(state)]; };
    const std::uint64_t failed = of(NodeState::kFailed) + of(NodeState::kTimedOut);
    const std::uint64_t other = of(NodeState::kCancelled) + of(NodeState::kSkipped);
    const auto cell = [](std::uint64_t count, Ink ink) {
      return Table::Cell{human_count(count), count == 0 ? Ink::kDim : ink};
    };
    return {{std::move(name)},
            {human_count(sum_of(states))},
            cell(of(NodeState::kSucceeded), Ink::kGood),
            cell(failed, Ink::kBad),
            cell(other, Ink::kWarning),
            cell(of(NodeState::kRunning), Ink::kAccent),
            {percentile(makespan, 50)},
            {percentile(makespan, 95)},
            {percentile(makespan, 99)},
            {percentile(makespan, 100)}};
  }

  void nodes() {
    Table table({Align::kLeft, Align::kRight, Align::kLeft, Align::kRight});
    const std::uint64_t all = sum_of(sum_.nodes);
    for (std::size_t i = 0; i < sum_.nodes.size(); ++i) {
      if (sum_.nodes[i] == 0) continue;
      const auto state = static_cast<NodeState>(i);
      const double share = static_cast<double>(sum_.nodes[i]) / static_cast<double>(all);
      table.row({{std::string(to_string(state)), ink_of(state)},
                 {human_count(sum_.nodes[i])},
                 {bar(share, kBarColumns), ink_of(state)},
                 {human_share(share)}});
    }
    if (all > 0) section("Nodes", table.print(style_));
  }

  void times() {
    struct Row {
      const char* name;
      const Summary::Share* share;
    };
    const Row rows[] = {{"waiting for other nodes", &sum_.pending},
                        {"waiting for a worker", &sum_.queue},
                        {"running", &sum_.run},
                        {"between attempts", &sum_.backoff},
                        {"engine", &sum_.engine}};
    Int128 from_ready = 0;
    for (const Row& row : rows)
      from_ready += row.share == &sum_.pending ? Int128{0} : row.share->total;
    if (from_ready == 0) return;
    Table table({Align::kLeft, Align::kRight, Align::kLeft, Align::kRight, Align::kRight,
                 Align::kRight, Align::kRight});
    table.titles({"", "share", "", "p50", "p95", "p99", "max"});
    for (const Row& row : rows) {
      const Histogram& histogram = row.share->histogram;
      if (histogram.empty()) continue;
      std::vector<Table::Cell> cells = {{row.name}};
      if (row.share == &sum_.pending) {
        cells.insert(cells.end(), {{"", Ink::kDim}, {std::string(kBarColumns, ' ')}});
      } else {
        const double share =
            static_cast<double>(row.share->total) / static_cast<double>(from_ready);
        cells.insert(cells.end(), {{human_share(share)},
                                   {bar(share, kBarColumns),
                                    row.share == &sum_.run ? Ink::kGood : Ink::kWarning}});
      }
      for (const double percent : {50.0, 95.0, 99.0, 100.0})
        cells.push_back({percentile(histogram, percent)});
      table.row(std::move(cells));
    }
    section("Time of a task", table.print(style_),
            fmt::format("shares of the time from READY to FINISHED; engine overhead {}",
                        human_share(sum_.overhead)));
  }

  void runtimes() {
    if (sum_.by_runtime.empty()) return;
    Table table({Align::kLeft, Align::kRight, Align::kLeft, Align::kRight, Align::kRight,
                 Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                 Align::kRight});
    table.titles({"", "used", "", "slots", "peak", "attempts", "failed", "queue p50", "p95",
                  "run p50", "p95"});
    for (const Summary::OfRuntime& of : sum_.by_runtime) {
      table.row({{shorten(of.name, 24)},
                 {of.utilisation ? human_share(*of.utilisation) : "-"},
                 {bar(of.utilisation.value_or(0), kBarColumns), Ink::kAccent},
                 {of.slots ? human_count(*of.slots) : "-"},
                 {human_count(of.peak)},
                 {human_count(of.attempts)},
                 {human_count(of.failed), of.failed == 0 ? Ink::kDim : Ink::kBad},
                 {percentile(of.queue, 50)},
                 {percentile(of.queue, 95)},
                 {percentile(of.run, 50)},
                 {percentile(of.run, 95)}});
    }
    section("Runtimes", table.print(style_));
  }

  /// What each tenant owes for each runtime, if anything has a price. A bill's label is `tenant` or
  /// `tenant/runtime`; the names of tenants have no '/'.
  void cost() {
    std::map<std::string, double> costs;
    std::map<std::string, double> bills;
    for (const Figure& figure : sum_.figures) {
      if (figure.name == "cost") costs[figure.label] = figure.value;
      if (figure.name == "bill") bills[figure.label] = figure.value;
    }
    if (costs[""] <= 0) return;
    constexpr std::size_t kColumns = 6;
    constexpr std::size_t kRows = 12;
    const std::size_t columns = std::min(kColumns, sum_.by_runtime.size());
    std::vector<std::string> titles = {""};
    for (std::size_t i = 0; i < columns; ++i)
      titles.push_back(shorten(sum_.by_runtime[i].name, 24));
    titles.push_back("all");
    std::vector<Align> aligns(titles.size(), Align::kRight);
    aligns.front() = Align::kLeft;
    Table table(aligns);
    table.titles(titles);
    const auto row = [&](const std::string& title, auto price_at, double all) {
      std::vector<Table::Cell> cells = {{shorten(title, kNameColumns)}};
      for (std::size_t i = 0; i < columns; ++i)
        cells.push_back({fmt::format("{:.2f}", price_at(sum_.by_runtime[i].name))});
      cells.push_back({fmt::format("{:.2f}", all)});
      table.row(std::move(cells));
    };
    std::vector<std::pair<double, std::string>> tenants;  // the dearest first
    for (const auto& [label, bill] : bills) {
      if (bill > 0 && !label.contains('/')) tenants.emplace_back(-bill, label);
    }
    std::ranges::sort(tenants);
    for (std::size_t i = 0; i < std::min(kRows, tenants.size()); ++i) {
      const auto& [negative, tenant] = tenants[i];
      row(
          tenant, [&, &of = tenant](const auto& runtime) { return bills[of + '/' + runtime]; },
          -negative);
    }
    row("all", [&](const auto& runtime) { return costs[runtime]; }, costs[""]);
    const bool whole = tenants.size() <= kRows && sum_.by_runtime.size() <= kColumns;
    section("Cost", table.print(style_),
            whole ? "by tenant and runtime" : "by tenant and runtime; more in --json");
  }

  /// What the monitors have raised, and what schedules did not start.
  void alarms() {
    Table table({Align::kRight, Align::kLeft});
    for (const Figure& figure : sum_.figures) {
      const bool raised = figure.label == "workflow_stuck" || figure.label == "node_delayed" ||
                          figure.label == "shard_hot" || figure.label == "schedule_missed";
      if (figure.name != "events" || !raised || figure.value <= 0) continue;
      table.row(
          {{human_count(static_cast<std::uint64_t>(figure.value)), Ink::kWarning}, {figure.label}});
    }
    if (!table.empty())
      section("Alarms", table.print(style_), "'gnomon show RECORD events --kind ...' lists them");
  }

  void reasons() {
    Table table({Align::kRight, Align::kLeft});
    for (const Summary::Reason& reason : sum_.reasons) {
      table.row({{human_count(reason.count), Ink::kBad},
                 {reason.text.empty() ? "(no reason given)" : shorten(reason.text, 96)}});
    }
    if (sum_.other_reasons > 0) {
      table.row({{human_count(sum_.of_other_reasons), Ink::kBad},
                 {fmt::format("for {} more", counted(sum_.other_reasons, "reason")), Ink::kDim}});
    }
    if (!table.empty()) section("Why nodes failed", table.print(style_));
  }

  std::vector<Table::Cell> node_row(const Summary::NodeTime& node, Duration longest) const {
    const Spans& spans = node.spans;
    const double share = longest.count() == 0 ? 0
                                              : static_cast<double>(spans.total().count()) /
                                                    static_cast<double>(longest.count());
    const bool qualify = node.depth > 0 || sum_.by_workflow.size() > 1;
    const std::string name =
        qualify ? fmt::format("{}/{}", node.workflow_name, node.name) : node.name;
    return {{std::string(2 * std::size_t{node.depth}, ' ') + shorten(name, kNameColumns)},
            {human(spans.total())},
            {bar(share, kBarColumns), ink_of(node.state)},
            {human(spans.queue)},
            {human(spans.run)},
            {human(spans.engine)},
            {node.attempts > 1 ? counted(node.attempts, "attempt") : ""},
            {node.state == NodeState::kSucceeded ? "" : std::string(to_string(node.state)),
             ink_of(node.state)}};
  }
  static Table node_table() {
    Table table({Align::kLeft, Align::kRight, Align::kLeft, Align::kRight, Align::kRight,
                 Align::kRight, Align::kLeft, Align::kLeft});
    table.titles({"", "time", "", "queue", "run", "engine", "", ""});
    return table;
  }

  void slowest() {
    if (sum_.slowest.empty()) return;
    Table table = node_table();
    for (const Summary::NodeTime& node : sum_.slowest)
      table.row(node_row(node, sum_.slowest.front().spans.total()));
    section("Slowest nodes", table.print(style_), "from READY to FINISHED");
  }

  void critical_path() {
    if (sum_.critical_path.empty()) return;
    Duration longest{};
    for (const Summary::NodeTime& node : sum_.critical_path)
      longest = std::max(longest, node.spans.total());
    std::vector<const Summary::NodeTime*> rows;
    for (const Summary::NodeTime& node : sum_.critical_path) rows.push_back(&node);
    if (rows.size() > kPathRows) {
      std::ranges::stable_sort(rows, std::ranges::greater{},
                               [](const auto* node) { return node->spans.total(); });
      rows.resize(kPathRows);
      std::ranges::sort(rows);
    }
    Table table = node_table();
    for (const Summary::NodeTime* node : rows) table.row(node_row(*node, longest));
    const std::string which = rows.size() == sum_.critical_path.size()
                                  ? counted(rows.size(), "node")
                                  : fmt::format("the slowest {} of {}", rows.size(),
                                                counted(sum_.critical_path.size(), "node"));
    section("Critical path", table.print(style_),
            fmt::format("of the longest workflow, {}: {}", label_of(sum_.longest), which));
  }

  /// All there is to show when a run kept no nodes.
  void figures() {
    Table table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight});
    for (const Figure& figure : sum_.figures) {
      table.row({{clean(figure.name)},
                 {clean(figure.label)},
                 {clean(figure.statistic), Ink::kDim},
                 {fmt::format("{:.6g}", figure.value)}});
    }
    if (!table.empty()) section("Figures", table.print(style_), "the run kept no nodes");
  }

  const Summary& sum_;
  const Style& style_;
  std::string out_;
};

}  // namespace

Ink ink_of(NodeState state) {
  switch (state) {
    case NodeState::kSucceeded:
      return Ink::kGood;
    case NodeState::kFailed:
    case NodeState::kTimedOut:
      return Ink::kBad;
    case NodeState::kCancelled:
      return Ink::kWarning;
    case NodeState::kRunning:
    case NodeState::kFinishing:
      return Ink::kAccent;
    case NodeState::kPending:
    case NodeState::kReady:
    case NodeState::kSkipped:
      return Ink::kDim;
  }
  return Ink::kPlain;
}

std::string print_thresholds(const std::vector<ThresholdLine>& thresholds, const Style& style) {
  Table table({Align::kLeft, Align::kLeft, Align::kRight});
  for (const ThresholdLine& line : thresholds) {
    const Ink ink = line.passed ? Ink::kGood : Ink::kBad;
    table.row(
        {{line.passed ? "✓" : "✗", ink}, {clean(line.condition)}, {clean(line.measured), ink}});
  }
  return table.empty() ? "" : table.print(style);
}

std::string print_summary(const Summary& summary, const std::vector<ThresholdLine>& thresholds,
                          const Style& style) {
  return Printer(summary, style).print(thresholds);
}

}  // namespace gnomon::reports
