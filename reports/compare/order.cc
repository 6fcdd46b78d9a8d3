#include "reports/compare/order.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

void add(Found<Diff::Order>& found, Diff::Order order, std::size_t max_examples) {
  ++found.count;
  if (found.examples.size() < max_examples) found.examples.push_back(std::move(order));
}

/// Whether a record kept "y begins after x has ended"; nothing if y never began.
std::optional<bool> kept(const NodeRow& x, const NodeRow& y) {
  const Instant begin = begin_of(y);
  if (begin == kUnset) return std::nullopt;
  const Instant end = end_of(x);
  return end != kUnset && end <= begin;
}

std::string name_of(const RunView& run, const NodeRow& node) {
  const WorkflowView& workflow = run.workflow_of(node);
  const Graph& graph = run.graph_of(workflow);
  return fmt::format("{}/{}", graph.name(), graph.node(node.node).name);
}

void compare_dependencies(const RunView& a, const RunView& b, const Matching& matching,
                          std::size_t max_examples, Diff& diff) {
  for (const Matching::Pair& pair : matching.workflows) {
    const WorkflowView& workflow_a = a.workflows()[pair.a];
    const WorkflowView& workflow_b = b.workflows()[pair.b];
    const Graph& graph_b = b.graph_of(workflow_b);
    const NodeMatching& nodes = matching.nodes_of(a, b, pair);
    const auto rows_a = a.nodes_of(workflow_a);
    const auto rows_b = b.nodes_of(workflow_b);
    for (const NodeRow& x : rows_a) {
      const NodeIndex other_x = nodes.b_of_a[x.node];
      if (other_x == kNoNode) continue;
      for (const NodeIndex next : a.graph_of(workflow_a).dependents(x.node)) {
        const NodeIndex other_y = nodes.b_of_a[next];
        if (other_y == kNoNode || !std::ranges::binary_search(graph_b.dependents(other_x), other_y))
          continue;
        const std::optional<bool> kept_a = kept(x, rows_a[next]);
        const std::optional<bool> kept_b = kept(rows_b[other_x], rows_b[other_y]);
        if (!kept_a || !kept_b) continue;
        ++diff.forced_pairs;
        if (*kept_a == *kept_b) continue;
        add(diff.order,
            {.forced = Diff::Order::Forced::kByDependency,
             .a = workflow_a.row.id,
             .b = workflow_b.row.id,
             .first = name_of(a, x),
             .second = name_of(a, rows_a[next]),
             .runtime = {},
             .broken_in_a = !*kept_a},
            max_examples);
      }
    }
  }
}

/// An attempt that held a runtime. The key names it in both records.
struct Hold {
  using Key = std::tuple<std::uint32_t, NodeIndex,
                         std::uint32_t>;  // A's workflow (position), A's node, attempt
  Key key;
  const NodeRow* node;
  AttemptSpan span;
};

/// What held one runtime, and whether only one could at a time.
struct Holds {
  std::vector<Hold> all;
  std::uint32_t least_units = ~0u;

  bool is_exclusive(const RuntimeView& runtime) const {
    if (runtime.slots) return 2 * std::uint64_t{least_units} > *runtime.slots;
    // `all` is in the order of start.
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (all[i].span.started < all[i - 1].span.ended) return false;
    }
    return true;
  }
};

/// By runtime, in the order of start. `key_workflow` and `key_node` turn a node's place into that
/// of A.
template <typename KeyOf>
std::vector<Holds> collect(const RunView& run, KeyOf key_of) {
  std::vector<Holds> holds(run.runtimes().size());
  for (std::uint32_t i = 0; i < run.workflows().size(); ++i) {
    const WorkflowView& workflow = run.workflows()[i];
    const Graph& graph = run.graph_of(workflow);
    for (const NodeRow& node : run.nodes_of(workflow)) {
      const Graph::Node& definition = graph.node(node.node);
      if (definition.runtime == kNoRuntime) continue;
      Holds& of = holds[definition.runtime];
      const auto take = [&](const AttemptSpan& span) {
        if (span.attempt == 0 || span.ended <= span.started) return;
        of.least_units = std::min(of.least_units, definition.units);
        of.all.push_back({key_of(i, node.node, span.attempt), &node, span});
      };
      for (const AttemptRow& attempt : run.earlier_attempts(node))
        take(span_of(attempt, run.ended()));
      take(latest_attempt(node, run.ended()));
    }
  }
  for (Holds& of : holds)
    std::ranges::stable_sort(of.all, {}, [](const Hold& hold) { return hold.span.started; });
  return holds;
}

constexpr std::uint32_t kUnmatched = ~0u;

class CapacityOrder {
 public:
  CapacityOrder(const RunView& a, const RunView& b, const Matching& matching,
                std::size_t max_examples, Diff& diff)
      : a_(a), b_(b), matching_(matching), max_examples_(max_examples), diff_(diff) {}

 private:
  /// A function that tells the key of an attempt of B: what stands for it in A.
  auto key_in_a() const {
    std::vector<std::uint32_t> workflow_a(b_.workflows().size(), kUnmatched);
    for (const Matching::Pair& pair : matching_.workflows) workflow_a[pair.b] = pair.a;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<NodeIndex>> a_of_b;
    for (const auto& [graphs, nodes] : matching_.nodes) {
      std::vector<NodeIndex>& inverse = a_of_b[graphs];
      inverse.assign(b_.graphs()[graphs.second].size(), kNoNode);
      for (NodeIndex node = 0; node < nodes.b_of_a.size(); ++node) {
        if (nodes.b_of_a[node] != kNoNode) inverse[nodes.b_of_a[node]] = node;
      }
    }
    return [this, workflow_a = std::move(workflow_a), a_of_b = std::move(a_of_b)](
               std::uint32_t workflow, NodeIndex node, std::uint32_t attempt) -> Hold::Key {
      const std::uint32_t other = workflow_a[workflow];
      if (other == kUnmatched) return {kUnmatched, node, attempt};
      const auto& inverse =
          a_of_b.at({a_.workflows()[other].graph, b_.workflows()[workflow].graph});
      if (inverse[node] == kNoNode) return {kUnmatched, node, attempt};
      return {other, inverse[node], attempt};
    };
  }

  void compare(const Holds& of_a, const Holds& of_b, const std::string& runtime) {
    // Only what both have: `rows` by key; a sequence of rows for each record.
    struct Row {
      const Hold* a = nullptr;
      const Hold* b = nullptr;
    };
    std::vector<std::pair<Hold::Key, Row>> rows;
    for (const Hold& hold : of_a.all) rows.push_back({hold.key, {&hold, nullptr}});
    std::ranges::sort(rows, {}, &std::pair<Hold::Key, Row>::first);
    std::vector<Row*> order_b;
    for (const Hold& hold : of_b.all) {
      const auto found =
          std::ranges::lower_bound(rows, hold.key, {}, &std::pair<Hold::Key, Row>::first);
      if (found == rows.end() || found->first != hold.key || found->second.b != nullptr) continue;
      found->second.b = &hold;
      order_b.push_back(&found->second);
    }
    std::vector<Row*> order_a = order_b;
    std::ranges::stable_sort(
        order_a, {}, [](const Row* row) { return row->a; });  // of_a.all is in the order of start

    std::vector<std::pair<const Hold*, const Hold*>> reported;
    // first before second in A, and the other way round in B; each time, the later one had to wait.
    const auto consider = [&](const Row& first, const Row& second) {
      const AttemptSpan& first_a = first.a->span;
      const AttemptSpan& second_a = second.a->span;
      const AttemptSpan& first_b = first.b->span;
      const AttemptSpan& second_b = second.b->span;
      if (first_a.started >= second_a.started || second_b.started >= first_b.started) return;
      if (second_a.launched >= first_a.ended || first_b.launched >= second_b.ended) return;
      reported.emplace_back(first.a, second.a);
    };
    for (std::size_t i = 1; i < order_a.size(); ++i) {
      ++diff_.forced_pairs;
      consider(*order_a[i - 1], *order_a[i]);
    }
    for (std::size_t i = 1; i < order_b.size(); ++i) consider(*order_b[i], *order_b[i - 1]);
    std::ranges::sort(reported);
    reported.erase(std::unique(reported.begin(), reported.end()), reported.end());
    for (const auto& [first, second] : reported) report(*first, *second, runtime);
  }

  void report(const Hold& first, const Hold& second, const std::string& runtime) {
    const std::uint32_t workflow = std::get<0>(first.key);
    const auto pair =
        std::ranges::lower_bound(matching_.workflows, workflow, {}, &Matching::Pair::a);
    add(diff_.order,
        {.forced = Diff::Order::Forced::kByCapacity,
         .a = a_.workflows()[workflow].row.id,
         .b = b_.workflows()[pair->b].row.id,
         .first = name_of(a_, *first.node),
         .second = name_of(a_, *second.node),
         .runtime = runtime,
         .broken_in_a = false},
        max_examples_);
  }

 public:
  void compare() {
    const std::vector<Holds> holds_a = collect(a_, [](auto workflow, auto node, auto attempt) {
      return Hold::Key{workflow, node, attempt};
    });
    const std::vector<Holds> holds_b = collect(b_, key_in_a());
    for (std::uint32_t i = 0; i < holds_a.size(); ++i) {
      const RuntimeView& runtime = a_.runtimes()[i];
      const auto same = [&](const RuntimeView& other) { return other.name == runtime.name; };
      const auto found = std::ranges::find_if(b_.runtimes(), same);
      if (found == b_.runtimes().end()) continue;
      const Holds& of_b = holds_b[static_cast<std::size_t>(found - b_.runtimes().begin())];
      if (holds_a[i].is_exclusive(runtime) && of_b.is_exclusive(*found))
        compare(holds_a[i], of_b, runtime.name);
    }
  }

 private:
  const RunView& a_;
  const RunView& b_;
  const Matching& matching_;
  std::size_t max_examples_;
  Diff& diff_;
};

}  // namespace

void compare_order(const RunView& a, const RunView& b, const Matching& matching,
                   const DiffOptions& options, Diff& diff) {
  compare_dependencies(a, b, matching, options.max_examples, diff);
  CapacityOrder(a, b, matching, options.max_examples, diff).compare();
}

}  // namespace gnomon::reports
