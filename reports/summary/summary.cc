#include "reports/summary/summary.h"

#include <algorithm>
#include <map>

#include "reports/stats/restarts.h"
#include "reports/view/critical_path.h"

namespace gnomon::reports {
namespace {

std::size_t at(NodeState state) {
  return static_cast<std::size_t>(state);
}

class Summing {
 public:
  explicit Summing(const RunView& run) : run_(run), changes_(run.runtimes().size()) {
    sum_.source = run.source;
    sum_.title = run.title;
    sum_.world = run.world;
    sum_.seed = run.seed;
    sum_.digest = run.digest;
    sum_.overrides = run.overrides;
    sum_.interrupted = run.interrupted;
    sum_.began = run.began();
    sum_.ended = run.ended();
    sum_.figures = run.figures;
    for (const RuntimeView& runtime : run.runtimes()) {
      sum_.by_runtime.emplace_back();
      sum_.by_runtime.back().name = runtime.name;
      sum_.by_runtime.back().slots = runtime.slots;
    }
  }

  Summary sum() {
    for (const WorkflowView& workflow : run_.workflows()) {
      add_workflow(workflow);
      const Graph& graph = run_.graph_of(workflow);
      for (const NodeRow& node : run_.nodes_of(workflow))
        add_node(workflow, graph.node(node.node), node);
    }
    // A record of workflows only has no row of any node, so that all of them look PENDING.
    if (sum_.workflows[at(NodeState::kSucceeded)] > 0 && !any_node_moved()) sum_.nodes = {};
    finish_workflows();
    finish_runtimes();
    finish_lists();
    const Int128 total = ended_total_;
    sum_.overhead =
        total == 0 ? 0 : static_cast<double>(ended_engine_) / static_cast<double>(total);
    return std::move(sum_);
  }

 private:
  bool any_node_moved() const {
    for (std::size_t i = 0; i < sum_.nodes.size(); ++i) {
      if (i != at(NodeState::kPending) && sum_.nodes[i] > 0) return true;
    }
    return false;
  }

  void add_workflow(const WorkflowView& workflow) {
    const WorkflowRow& row = workflow.row;
    Summary::OfWorkflow& of = by_name_[run_.graph_of(workflow).name()];
    const std::size_t state = at(state_of(row));
    ++of.states[state];
    ++sum_.workflows[state];
    if (row.created_at == kUnset || row.finished_at == kUnset) return;
    const std::int64_t makespan = (row.finished_at - row.created_at).count();
    of.makespan.record(makespan);
    if (row.parent.workflow != WorkflowId::kNone) return;
    sum_.makespan.record(makespan);
    if (makespan > longest_) {
      longest_ = makespan;
      sum_.longest = row.id;
    }
  }

  static void add(Summary::Share& share, Duration time) {
    share.histogram.record(time.count());
    share.total += std::max<std::int64_t>(time.count(), 0);
  }

  void add_node(const WorkflowView& workflow, const Graph::Node& definition, const NodeRow& row) {
    const NodeState state = state_of(row);
    ++sum_.nodes[at(state)];
    if (is_failure(state)) ++reasons_[std::string(row.reason.text())];
    const auto earlier = run_.earlier_attempts(row);
    const Spans spans = spans_of(row, earlier, run_.ended());
    if (!spans.has_begun()) return;
    if (workflow.row.created_at != kUnset) add(sum_.pending, spans.begin - workflow.row.created_at);
    const bool has_children = definition.kind == NodeKind::kSubworkflow ||
                              definition.kind == NodeKind::kLoop ||
                              definition.kind == NodeKind::kMap;
    if (!has_children) keep_if_slow(row, spans);
    if (definition.runtime == kNoRuntime || row.attempt == 0) return;
    if (!spans_a_restart(run_.resumed, spans.begin, spans.has_ended() ? spans.end : kNever))
      add_shares(row, spans);
    for (const AttemptRow& attempt : earlier)
      add_attempt(definition, span_of(attempt, run_.ended()), true);
    add_attempt(definition, latest_attempt(row, run_.ended()),
                row.phase == NodePhase::kFinished && state != NodeState::kSucceeded);
  }

  void add_shares(const NodeRow& row, const Spans& spans) {
    add(sum_.queue, spans.queue);
    add(sum_.run, spans.run);
    add(sum_.engine, spans.engine);
    if (row.attempt - std::min(row.attempt, row.attempts_before) > 1)
      add(sum_.backoff, spans.backoff);
    if (!spans.has_ended()) return;
    ended_total_ += spans.total().count();
    ended_engine_ += spans.engine.count();
  }

  void add_attempt(const Graph::Node& definition, const AttemptSpan& span, bool failed) {
    if (span.attempt == 0) return;
    Summary::OfRuntime& of = sum_.by_runtime[definition.runtime];
    ++of.attempts;
    if (failed) ++of.failed;
    of.queue.record((span.started - span.launched).count());
    if (span.ended == span.started) return;
    of.run.record((span.ended - span.started).count());
    of.busy += Int128{(span.ended - span.started).count()} * definition.units;
    changes_[definition.runtime].emplace_back(span.started, definition.units);
    changes_[definition.runtime].emplace_back(span.ended, -std::int64_t{definition.units});
  }

  void keep_if_slow(const NodeRow& row, const Spans& spans) {
    const auto slower = [](const Slow& a, const Slow& b) { return a.total > b.total; };
    if (slow_.size() == Summary::kSlowest && spans.total() <= slow_.front().total) return;
    if (slow_.size() == Summary::kSlowest) {
      std::ranges::pop_heap(slow_, slower);
      slow_.pop_back();
    }
    slow_.push_back({spans.total(), &row});
    std::ranges::push_heap(slow_, slower);
  }

  Summary::NodeTime time_of(const NodeRow& row, std::uint32_t depth) const {
    const Graph& graph = run_.graph_of(run_.workflow_of(row));
    return {row.workflow,
            graph.name(),
            graph.node(row.node).name,
            state_of(row),
            row.attempt,
            depth,
            spans_of(row, run_.earlier_attempts(row), run_.ended())};
  }

  void finish_workflows() {
    for (auto& [name, of] : by_name_) {
      of.name = name;
      sum_.by_workflow.push_back(std::move(of));
    }
    const auto count = [](const Summary::OfWorkflow& of) {
      std::uint64_t sum = 0;
      for (const std::uint64_t states : of.states) sum += states;
      return sum;
    };
    std::ranges::stable_sort(sum_.by_workflow, std::ranges::greater{}, count);
  }

  void finish_runtimes() {
    const Duration length = run_.ended() - run_.began();
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      std::ranges::sort(
          changes_[i]);  // what is given back comes before what is taken at the same instant
      std::int64_t level = 0;
      std::int64_t peak = 0;
      for (const auto& [instant, change] : changes_[i]) peak = std::max(peak, level += change);
      Summary::OfRuntime& of = sum_.by_runtime[i];
      of.peak = static_cast<std::uint64_t>(peak);
      if (of.slots && *of.slots > 0 && length > Duration::zero()) {
        of.utilisation = static_cast<double>(of.busy) /
                         (static_cast<double>(*of.slots) * static_cast<double>(length.count()));
      }
    }
    std::erase_if(sum_.by_runtime, [](const Summary::OfRuntime& of) { return of.attempts == 0; });
  }

  void finish_lists() {
    std::ranges::stable_sort(slow_, [](const Slow& a, const Slow& b) {
      return a.total != b.total ? a.total > b.total : a.row < b.row;
    });
    for (const Slow& slow : slow_) sum_.slowest.push_back(time_of(*slow.row, 0));
    for (auto& [text, count] : reasons_) sum_.reasons.push_back({text, count});
    std::ranges::stable_sort(sum_.reasons, std::ranges::greater{}, &Summary::Reason::count);
    for (; sum_.reasons.size() > Summary::kReasons; sum_.reasons.pop_back()) {
      ++sum_.other_reasons;
      sum_.of_other_reasons += sum_.reasons.back().count;
    }
    if (const WorkflowView* longest = run_.find(sum_.longest)) {
      for (const CriticalNode& node : deep_critical_path(run_, *longest)) {
        sum_.critical_path.push_back(time_of(*node.node, node.depth));
      }
    }
  }

  struct Slow {
    Duration total;
    const NodeRow* row;  // all in one array, so that their order is that of the record
  };

  const RunView& run_;
  Summary sum_;
  std::map<std::string, Summary::OfWorkflow> by_name_;
  std::map<std::string, std::uint64_t> reasons_;
  std::vector<std::vector<std::pair<Instant, std::int64_t>>> changes_;  // of units held, by runtime
  std::vector<Slow> slow_;  // a heap, the fastest in front
  std::int64_t longest_ = -1;
  Int128 ended_total_ = 0;
  Int128 ended_engine_ = 0;
};

}  // namespace

Summary summarise(const RunView& run) {
  return Summing(run).sum();
}

}  // namespace gnomon::reports
