#include "reports/compare/diff_text.h"

#include <fmt/format.h>

#include "reports/text/escape.h"
#include "reports/text/table.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

using Align = Table::Align;

constexpr std::size_t kNameColumns = 44;
constexpr std::size_t kReasonColumns = 60;

/// "1.32x", "0.8x"; "-" if there is nothing to divide by.
std::string ratio(Duration from, Duration to) {
  if (from.count() == 0) return "-";
  return fmt::format("{:.2f}x",
                     static_cast<double>(to.count()) / static_cast<double>(from.count()));
}

std::string ids(WorkflowId a, WorkflowId b) {
  return a == b ? label_of(a) : fmt::format("{} / {}", label_of(a), label_of(b));
}

class Printer {
 public:
  Printer(const Diff& diff, const DiffOptions& options, const Style& style)
      : diff_(diff), options_(options), style_(style) {}

  std::string print() {
    sides();
    verdicts();
    definitions();
    unmatched("Only in A", diff_.only_a);
    unmatched("Only in B", diff_.only_b);
    ends("Workflows that ended otherwise", diff_.workflow_ends);
    ends("Nodes that ended otherwise", diff_.node_ends);
    order();
    times("Makespans", diff_.makespans);
    times("Running times of nodes", diff_.node_times);
    shifts();
    return std::move(out_);
  }

 private:
  void section(std::string_view title, std::uint64_t count, std::size_t shown, const Table& table) {
    if (table.empty() || shown == 0) return;
    out_ += '\n' + style_(Ink::kBold, title);
    if (count > shown)
      out_ += style_(Ink::kDim, fmt::format("  {} of {}", shown, human_count(count)));
    out_ += '\n' + table.print(style_);
  }

  void sides() {
    Table table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kRight});
    for (const auto& [letter, side] : {std::pair("A", &diff_.a), {"B", &diff_.b}}) {
      table.row({{letter, Ink::kBold},
                 {clean(side->source)},
                 {clean(side->title), Ink::kDim},
                 {counted(side->workflows, "workflow")},
                 {counted(side->nodes, "node")}});
    }
    out_ += table.print(style_) + '\n';
  }

  void verdicts() {
    Table table({Align::kLeft, Align::kLeft, Align::kLeft});
    const auto row = [&](std::string name, std::uint64_t differences, std::string text) {
      const bool good = differences == 0;
      table.row({{good ? "✓" : "✗", good ? Ink::kGood : Ink::kBad},
                 {std::move(name)},
                 {std::move(text), good ? Ink::kDim : Ink::kPlain}});
    };
    row("definitions", diff_.definitions.count,
        diff_.definitions.count == 0 ? "the same" : counted(diff_.definitions.count, "difference"));
    row("workflows", diff_.only_a.count + diff_.only_b.count,
        fmt::format("{} matched, {} only in A, {} only in B", human_count(diff_.matched_workflows),
                    human_count(diff_.only_a.count), human_count(diff_.only_b.count)));
    row("end states", diff_.workflow_ends.count + diff_.node_ends.count,
        fmt::format("{} and {} ended otherwise, of {}",
                    counted(diff_.workflow_ends.count, "workflow"),
                    counted(diff_.node_ends.count, "node"), counted(diff_.matched_nodes, "node")));
    row("order", diff_.order.count,
        fmt::format("{} the other way, of {} that dependencies or capacity force",
                    counted(diff_.order.count, "pair"), human_count(diff_.forced_pairs)));
    if (diff_.times_compared) {
      row("times", diff_.makespans.count + diff_.node_times.count + diff_.shifts.count,
          times_verdict());
    } else {
      table.row({{"-", Ink::kDim}, {"times"}, {"not compared", Ink::kDim}});
    }
    out_ += table.print(style_);
    if (diff_.times_compared && diff_.compared_times > 0) {
      out_ += style_(Ink::kDim, fmt::format("\n  The nodes of both ran {} in A and {} in B ({}), "
                                            "and waited {} and {} for workers.\n",
                                            human(diff_.run_a), human(diff_.run_b),
                                            ratio(diff_.run_a, diff_.run_b), human(diff_.queue_a),
                                            human(diff_.queue_b)));
    }
  }

  std::string times_verdict() const {
    const std::string within =
        fmt::format("within {} or {}", human_share(options_.relative_tolerance),
                    human(options_.absolute_tolerance));
    std::string text;
    if (options_.times == DiffOptions::Times::kEach) {
      text = fmt::format(
          "{} and {} beyond tolerance, of {} ({})", counted(diff_.makespans.count, "makespan"),
          counted(diff_.node_times.count, "node"), counted(diff_.compared_times, "node"), within);
    }
    if (diff_.compared_distributions > 0 || text.empty()) {
      text += fmt::format("{}{} of {} shifted", text.empty() ? "" : "; ",
                          human_count(diff_.shifts.count),
                          counted(diff_.compared_distributions, "distribution"));
    }
    return text;
  }

  void definitions() {
    Table table({Align::kLeft, Align::kLeft});
    for (const Diff::Definition& item : diff_.definitions.examples)
      table.row({{shorten(item.name, kNameColumns)}, {shorten(item.what, 100)}});
    section("Definitions", diff_.definitions.count, diff_.definitions.examples.size(), table);
  }

  void unmatched(std::string_view title, const Found<Diff::Workflow>& found) {
    Table table({Align::kRight, Align::kLeft});
    for (const Diff::Workflow& item : found.examples)
      table.row({{label_of(item.id)}, {shorten(item.name, kNameColumns)}});
    section(title, found.count, found.examples.size(), table);
  }

  void ends(std::string_view title, const Found<Diff::End>& found) {
    Table table(
        {Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
    for (const Diff::End& item : found.examples) {
      table.row({{ids(item.a, item.b), Ink::kDim},
                 {shorten(item.name, kNameColumns)},
                 {std::string(item.from)},
                 {"→", Ink::kDim},
                 {std::string(item.to), item.to_failure ? Ink::kBad : Ink::kPlain},
                 {shorten(item.reason, kReasonColumns), Ink::kDim}});
    }
    section(title, found.count, found.examples.size(), table);
  }

  void order() {
    Table table({Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
    for (const Diff::Order& item : diff_.order.examples) {
      const std::string why =
          item.forced == Diff::Order::Forced::kByCapacity
              ? fmt::format("in A, and in B after it; both wait for {}", clean(item.runtime))
              : fmt::format("as it must, but not in {}", item.broken_in_a ? 'A' : 'B');
      table.row({{ids(item.a, item.b), Ink::kDim},
                 {shorten(item.first, kNameColumns)},
                 {"before", Ink::kDim},
                 {shorten(item.second, kNameColumns)},
                 {why}});
    }
    section("Order", diff_.order.count, diff_.order.examples.size(), table);
  }

  void times(std::string_view title, const Found<Diff::Time>& found) {
    Table table(
        {Align::kRight, Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
    table.titles({"", "", "A", "B", "B - A", "B / A"});
    for (const Diff::Time& item : found.examples) {
      table.row({{ids(item.a, item.b), Ink::kDim},
                 {shorten(item.name, kNameColumns)},
                 {human(item.from)},
                 {human(item.to)},
                 {human(item.to - item.from), item.to > item.from ? Ink::kBad : Ink::kGood},
                 {ratio(item.from, item.to)}});
    }
    section(title, found.count, found.examples.size(), table);
  }

  void shifts() {
    Table table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                 Align::kRight, Align::kRight, Align::kRight});
    table.titles({"", "runs A", "runs B", "p50 A", "p50 B", "p95 A", "p95 B", "distance"});
    for (const Diff::Shift& item : diff_.shifts.examples) {
      table.row({{shorten(item.name, kNameColumns)},
                 {human_count(item.count_a)},
                 {human_count(item.count_b)},
                 {human(item.median_a)},
                 {human(item.median_b)},
                 {human(item.p95_a)},
                 {human(item.p95_b)},
                 {fmt::format("{:.2f}", item.distance)}});
    }
    section("Distributions that shifted", diff_.shifts.count, diff_.shifts.examples.size(), table);
  }

  const Diff& diff_;
  const DiffOptions& options_;
  const Style& style_;
  std::string out_;
};

}  // namespace

std::string print_diff(const Diff& diff, const DiffOptions& options, const Style& style) {
  return Printer(diff, options, style).print();
}

}  // namespace gnomon::reports
