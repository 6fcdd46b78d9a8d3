#include "reports/exports/perfetto.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "reports/view/critical_path.h"
#include "reports/view/lanes.h"
#include "reports/view/node_state.h"
#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

constexpr std::uint32_t kWorkflows = 1;  // process numbers
constexpr std::uint32_t kOtherNodes = 2;
constexpr std::uint32_t kRuntimes = 10;  // plus the number of the runtime

class Trace {
 public:
  explicit Trace(const RunView& run) : run_(run), slices_(run.runtimes().size()) {}

  std::string write() {
    json_.begin_object();
    json_.member("displayTimeUnit", "ms");
    json_.key("otherData").begin_object();
    json_.member("source", run_.source)
        .member("title", run_.title)
        .member("began", iso_time(run_.began()));
    json_.member("digest", run_.digest);
    json_.end_object();
    json_.key("traceEvents").begin_array();
    name_process(kWorkflows, "workflows");
    name_process(kOtherNodes, "nodes without a runtime");
    for (std::uint32_t i = 0; i < run_.runtimes().size(); ++i) {
      name_process(kRuntimes + i, fmt::format("runtime {}", run_.runtimes()[i].name));
    }
    collect();
    write_workflows();
    write_slices(kOtherNodes, others_);
    for (std::uint32_t i = 0; i < slices_.size(); ++i) {
      write_slices(kRuntimes + i, slices_[i]);
      write_load(kRuntimes + i, slices_[i]);
    }
    for (const WorkflowView& workflow : run_.workflows()) {
      if (workflow.row.parent.workflow == WorkflowId::kNone) write_flow(workflow);
    }
    json_.end_array();
    json_.end_object();
    return json_.take();
  }

 private:
  /// One bar of a node: an attempt, or all of a node that makes none.
  struct Slice {
    const NodeRow* node;
    AttemptSpan span;
    bool latest;
  };
  struct Place {
    std::uint32_t process = 0;
    std::uint32_t thread = 0;
    Instant begin{};
  };

  std::string micros(Instant at) const { return micros(at - run_.began()); }
  static std::string micros(Duration time) {
    const std::int64_t ns = std::max<std::int64_t>(time.count(), 0);
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
  }

  JsonWriter& begin_event(std::string_view name, std::string_view phase, std::uint32_t process,
                          std::uint32_t thread) {
    json_.begin_object().member("name", name).member("ph", phase);
    return json_.member("pid", process).member("tid", thread);
  }
  void name_process(std::uint32_t process, std::string_view name) {
    begin_event("process_name", "M", process, 0);
    json_.key("args").begin_object().member("name", name).end_object().end_object();
    begin_event("process_sort_index", "M", process, 0);
    json_.key("args").begin_object().member("sort_index", process).end_object().end_object();
  }
  void name_thread(std::uint32_t process, std::uint32_t thread, std::string_view name) {
    begin_event("thread_name", "M", process, thread);
    json_.key("args").begin_object().member("name", name).end_object().end_object();
  }

  void collect() {
    for (const WorkflowView& workflow : run_.workflows()) {
      const Graph& graph = run_.graph_of(workflow);
      for (const NodeRow& node : run_.nodes_of(workflow)) {
        if (begin_of(node) == kUnset) continue;
        const std::uint32_t runtime = graph.node(node.node).runtime;
        const AttemptSpan latest = latest_attempt(node, run_.ended());
        if (latest.attempt == 0 || runtime == kNoRuntime) {
          const Instant end = end_of(node) == kUnset ? run_.ended() : end_of(node);
          others_.push_back(
              {&node,
               {0, begin_of(node), begin_of(node), std::max(begin_of(node), end), node.outcome},
               true});
          continue;
        }
        for (const AttemptRow& attempt : run_.earlier_attempts(node)) {
          slices_[runtime].push_back({&node, span_of(attempt, run_.ended()), false});
        }
        slices_[runtime].push_back({&node, latest, true});
      }
    }
  }

  void write_workflows() {
    std::vector<Interval> intervals;
    for (const WorkflowView& workflow : run_.workflows()) {
      const Instant begin =
          workflow.row.created_at == kUnset ? run_.began() : workflow.row.created_at;
      intervals.emplace_back(
          begin, workflow.row.finished_at == kUnset ? run_.ended() : workflow.row.finished_at);
    }
    const std::vector<std::uint32_t> lanes = assign_lanes(intervals);
    name_lanes(kWorkflows, lanes, "lane");
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      const WorkflowView& workflow = run_.workflows()[i];
      begin_event(run_.graph_of(workflow).name(), "X", kWorkflows, lanes[i]);
      json_.member("cat", word_of(workflow.row));
      json_.key("ts").raw(micros(intervals[i].first));
      json_.key("dur").raw(micros(intervals[i].second - intervals[i].first));
      json_.key("args").begin_object().member("workflow", value_of(workflow.row.id));
      json_.member("state", word_of(workflow.row)).member("tenant", workflow.row.tenant);
      json_.end_object().end_object();
    }
  }

  void name_lanes(std::uint32_t process, const std::vector<std::uint32_t>& lanes,
                  std::string_view noun) {
    const std::uint32_t count = lanes.empty() ? 0 : std::ranges::max(lanes) + 1;
    for (std::uint32_t lane = 0; lane < count; ++lane)
      name_thread(process, lane, fmt::format("{} {}", noun, lane + 1));
  }

  void write_slices(std::uint32_t process, const std::vector<Slice>& slices) {
    std::vector<Interval> intervals;
    for (const Slice& slice : slices) intervals.emplace_back(slice.span.started, slice.span.ended);
    const std::vector<std::uint32_t> lanes = assign_lanes(intervals);
    name_lanes(process, lanes, process == kOtherNodes ? "lane" : "slot");
    for (std::size_t i = 0; i < slices.size(); ++i) {
      const Slice& slice = slices[i];
      const NodeRow& node = *slice.node;
      const std::string_view state =
          slice.latest ? word_of(node) : to_string(Outcome{slice.span.outcome});
      begin_event(run_.definition_of(node).name, "X", process, lanes[i]);
      json_.member("cat", state);
      json_.key("ts")
          .raw(micros(slice.span.started))
          .key("dur")
          .raw(micros(slice.span.ended - slice.span.started));
      json_.key("args")
          .begin_object()
          .member("workflow", value_of(node.workflow))
          .member("state", state);
      json_.member("kind", to_string(run_.definition_of(node).kind));
      if (slice.span.attempt != 0) {
        json_.member("attempt", slice.span.attempt);
        json_.key("queued_us").raw(micros(slice.span.started - slice.span.launched));
      }
      if (slice.latest && !node.reason.empty()) json_.member("reason", node.reason.text());
      json_.end_object().end_object();
      if (slice.latest)
        places_[{node.workflow, node.node}] = {process, lanes[i], slice.span.started};
    }
  }

  void write_load(std::uint32_t process, const std::vector<Slice>& slices) {
    struct Change {
      Instant at;
      std::int64_t running;
      std::int64_t waiting;
    };
    std::vector<Change> changes;
    for (const Slice& slice : slices) {
      changes.push_back({slice.span.launched, 0, 1});
      changes.push_back({slice.span.started, 1, -1});
      changes.push_back({slice.span.ended, -1, 0});
    }
    std::ranges::stable_sort(changes, {}, &Change::at);
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      running += changes[i].running;
      waiting += changes[i].waiting;
      if (i + 1 < changes.size() && changes[i + 1].at == changes[i].at) continue;
      begin_event("load", "C", process, 0).key("ts").raw(micros(changes[i].at));
      json_.key("args")
          .begin_object()
          .member("running", running)
          .member("waiting", waiting)
          .end_object()
          .end_object();
    }
  }

  void write_flow(const WorkflowView& workflow) {
    const auto nodes = run_.nodes_of(workflow);
    const std::vector<NodeIndex> path = critical_path(run_.graph_of(workflow), nodes);
    for (std::size_t i = 1; i < path.size(); ++i) {
      const auto from = places_.find({workflow.row.id, path[i - 1]});
      const auto to = places_.find({workflow.row.id, path[i]});
      if (from == places_.end() || to == places_.end()) continue;
      ++flows_;
      begin_event("critical path", "s", from->second.process, from->second.thread)
          .member("cat", "flow")
          .member("id", flows_);
      json_.key("ts").raw(micros(from->second.begin)).end_object();
      begin_event("critical path", "f", to->second.process, to->second.thread)
          .member("cat", "flow")
          .member("id", flows_);
      json_.member("bp", "e").key("ts").raw(micros(to->second.begin)).end_object();
    }
  }

  const RunView& run_;
  JsonWriter json_;
  std::vector<std::vector<Slice>> slices_;  // by runtime
  std::vector<Slice> others_;
  std::map<NodeRef, Place> places_;
  std::uint64_t flows_ = 0;
};

}  // namespace

std::string to_perfetto(const RunView& run) {
  return Trace(run).write();
}

}  // namespace gnomon::reports
