#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "engine/shard/gateway.h"
#include "scenarios/language/scenario.h"
#include "sim/workload/traffic_source.h"

namespace gnomon::scenarios {

/// Plays the clients of a scenario, in either world: starts workflows as its traffic says, does
/// afterwards what its follow-ups say (signal, cancel, pause, resume, retry), and publishes the
/// events of its sources.
///
/// All of it is planned anew by each life of a run, from the same draws. What an earlier life has
/// done changes nothing when it comes again: starts and signals have keys, retries name the run
/// that failed, and sources number their events.
///
/// One thing a life cannot know: whether a retry was refused in an earlier one, because the
/// workflow still ran when it was due. The record tells how often a workflow was retried, and a
/// refusal leaves nothing in it. So if the first of two retries was refused and the second carried
/// out, a later life takes the first for the one that was, and carries out the second if the
/// workflow has failed again. What holds is that a workflow is not retried more often than it has
/// retries, whatever the number of lives.
class Clients final : public CommitListener, private Wakeable {
 public:
  Clients(const Scenario& scenario, KeyedRandom random, Clock& clock, Gateway& gateway,
          Instant start, Instant stop);

  void begin();
  /// No arrival and no follow-up is still to come.
  bool done() const;
  std::uint64_t started() const { return started_; }
  /// Starts that were sent and not answered yet.
  std::size_t unanswered() const { return asked_.size(); }
  std::uint64_t refused() const { return refused_; }
  /// Why the first refused start was refused.
  const std::string& refused_because() const { return refused_because_; }

  void committed(const Commit& commit) override;

 private:
  struct PlannedFollowUp {
    const sim::FollowUp* what = nullptr;
    WorkflowId workflow{};
    std::string key;        ///< of a signal
    std::uint32_t run = 0;  ///< of a retry that is due; it is asked for until it is answered
    Ticket ticket = 0;
    WakeToken again;
  };
  void wake(std::uint64_t tag) override;
  /// A start that was sent and not answered yet.
  struct Asked {
    std::size_t stream = 0;
    sim::Arrival arrival;
    Ticket ticket = 0;
    WakeToken again;
  };
  void arrive(std::size_t stream);
  void ask(std::uint64_t tag);
  void retry(std::uint64_t tag);
  /// A source of events. It sends those that have arrived, and the next ones when these are
  /// answered.
  struct Publisher {
    const SourceSettings* source = nullptr;
    std::deque<sim::Arrival> waiting;  ///< not known to be durable
    std::uint64_t next = 0;            ///< number of the first of them, among those published
    std::deque<Ticket> sent;           ///< for the first of them
    WakeToken again;
  };
  void publish(std::size_t index);
  void published(std::size_t index, const Expected<WorkflowId>& result);
  void publish_again(std::size_t index);
  void plan_follow_ups(std::size_t stream, const sim::Arrival& arrival, WorkflowId workflow);
  /// When a follow-up of the arrival of that number is due; kNever if it was not drawn.
  Instant due(std::size_t stream, std::size_t index, std::uint64_t number, Instant since) const;
  /// Plans follow-ups of one workflow: when each is due, and its position in the list.
  void plan(std::size_t stream, WorkflowId workflow,
            std::vector<std::pair<Instant, std::size_t>> dues);

  const std::vector<SourceSettings>& event_sources_;
  std::vector<sim::Traffic> traffic_;  // of the scenario, then one stream for each source of events
  KeyedRandom random_;
  Clock& clock_;
  Gateway& gateway_;
  std::vector<Publisher> publishers_;                    // in the order of their streams
  std::vector<sim::TrafficSource> sources_;              // of traffic_
  std::map<std::uint64_t, PlannedFollowUp> follow_ups_;  // by tag
  std::map<std::uint64_t, Asked> asked_;                 // by tag
  struct Watched {
    std::size_t stream = 0;
    std::uint64_t number = 0;
  };
  std::unordered_map<WorkflowId, Watched> watched_;  // retried when they fail; never iterated
  /// Numbers the retries of a workflow in the order in which they fall due: the first one is for
  /// its first run, and so on. Kept while one of them is planned.
  struct Retries {
    std::uint32_t planned = 0;
    std::uint32_t asked = 0;
  };
  std::unordered_map<WorkflowId, Retries> retries_;  // never iterated
  std::uint64_t next_tag_ = 0;
  std::size_t expected_ = 0;  // streams that have an arrival to come
  std::uint64_t started_ = 0;
  std::uint64_t refused_ = 0;
  std::string refused_because_;
};

}  // namespace gnomon::scenarios
