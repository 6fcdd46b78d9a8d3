// Random histories of one shard and its subscribers: slow, failing and silent sinks, crashes of the
// router, a store that is opened again, lost answers, lost commands.

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/engine/events/fakes.h"

namespace gnomon {
namespace {

using Mood = FakeSink::Mood;

constexpr std::array kKinds = {EventKind::kNodeStarted, EventKind::kNodeEnded,
                               EventKind::kWorkflowEnded};

struct Named {
  std::string name;
  std::set<EventKind> wants;
};

class World {
 public:
  World() {
    settings_.window_events = *rc::gen::inRange<std::size_t>(1, 20);
    settings_.read_events = *rc::gen::inRange(1, 10);
    shard_.latency = *rc::gen::element<Duration>(0ms, 3ms, 700ms);
    add("healthy", {kKinds.begin(), kKinds.end()}, {});
    add("ends", {EventKind::kNodeEnded, EventKind::kWorkflowEnded}, {"gnomon.*_end"});
    add("filtered", {EventKind::kWorkflowEnded}, {});
    settings_.routes.back().filter = jq(".type == \"gnomon.workflow_end\"");
    Route& starts = settings_.routes.emplace_back();
    starts.name = "starts";
    starts.types = {"gnomon.node_end"};
    starts.handler = StartOnEvent{.workflow = {.name = "etl", .version = {}, .definition = {}}};
    for (Route& route : settings_.routes) {
      route.from_first_event = true;
      route.batch = *rc::gen::inRange(1, 8);
      route.answer_timeout = 2s;
    }
    restart();
  }

  void run() {
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
    for (const int step : steps) {
      take(step);
      clock_.advance();
      check_progress();
    }
    for (auto& sink : sinks_) sink->mood = Mood::kTakes;
    shard_.read_error.reset();
    shard_.execute_error.reset();
    shard_.deaf = false;
    clock_.advance(1h);
    RC_ASSERT(router_->idle());
    RC_ASSERT(clock_.waiting() == 0u);
    for (std::size_t i = 0; i < sinks_.size(); ++i) check_subscriber(i);
    check_commands();
  }

 private:
  void add(const std::string& name, std::set<EventKind> wants, std::vector<std::string> types) {
    named_.push_back({name, std::move(wants)});
    sinks_.push_back(std::make_unique<FakeSink>(clock_, [this] { return router_.get(); }));
    sinks_.back()->at_once = *rc::gen::arbitrary<bool>();
    Route& route = settings_.routes.emplace_back();
    route.name = name;
    route.types = std::move(types);
    route.handler = DeliverTo{sinks_.back().get()};
  }

  void restart() {
    shard_.connect(nullptr);
    router_.reset();
    router_ = *EventRouter::create(settings_, clock_, shard_, shard_);
    shard_.connect(router_.get());
    router_->opened(shard_.stored());
  }

  void take(int step) {
    switch (step) {
      case 0:
      case 1:
      case 2: {
        const auto kinds = *rc::gen::container<std::vector<std::size_t>>(
            rc::gen::inRange<std::size_t>(0, kKinds.size()));
        std::vector<Event> batch;
        for (const std::size_t kind : kinds) batch.push_back(an_event(kKinds[kind]));
        shard_.commit(batch);
        return;
      }
      case 3:
        clock_.advance(*rc::gen::element<Duration>(1ms, 100ms, 1s, 10s, 100s));
        return;
      case 4: {  // not the healthy one
        FakeSink& sink = *sinks_[*rc::gen::inRange<std::size_t>(1, sinks_.size())];
        sink.mood = *rc::gen::element(Mood::kTakes, Mood::kFails, Mood::kIsSilent, Mood::kIsSlow);
        sink.slowness = *rc::gen::element<Duration>(1ms, 500ms, 5s);
        return;
      }
      case 5:
        restart();
        return;
      case 6:  // the answer to a commit is lost, and the shard opened again
        shard_.commit({an_event(EventKind::kNodeEnded)}, {}, /*told=*/false);
        router_->opened(shard_.stored());
        return;
      case 7:
        shard_.deaf = *rc::gen::arbitrary<bool>();
        return;
      case 8:
        shard_.execute_error.reset();
        if (*rc::gen::arbitrary<bool>()) {
          shard_.execute_error = Error{ErrorKind::kDidNotHappen, "busy"};
        }
        return;
      default:
        RC_FAIL("no such step");
    }
  }

  /// Whoever takes at once what it gets has got everything by now, whatever the others do; unless
  /// it has to be read from a store that takes its time.
  void check_progress() {
    if (shard_.latency > Duration::zero()) return;
    RC_ASSERT(router_->stats()[0].behind == 0u);
  }

  /// Every event it wants, and no other; first deliveries in order, without a gap.
  void check_subscriber(std::size_t index) {
    const Named& subscriber = named_[index];
    std::vector<std::string> expected;
    for (const Event& event : shard_.events) {
      if (subscriber.wants.contains(event.kind)) {
        expected.push_back("0-" + std::to_string(event.sequence));
      }
    }
    std::vector<std::string> first;
    std::set<std::string> seen;
    for (const std::string& event : sinks_[index]->taken) {
      const std::string id = field(event, ".id");
      if (seen.insert(id).second) first.push_back(id);
    }
    RC_ASSERT(first == expected);
  }

  /// Exactly once, in order.
  void check_commands() {
    std::vector<std::string> expected;
    for (const Event& event : shard_.events) {
      if (event.kind == EventKind::kNodeEnded) {
        expected.push_back("event/0/" + std::to_string(event.sequence) + "/starts");
      }
    }
    std::vector<std::string> keys;
    for (const RoutedCommands& commands : shard_.executed) {
      for (const auto& command : commands.commands) {
        keys.push_back(std::get<StartByEvent>(command.what).key);
      }
    }
    RC_ASSERT(keys == expected);
  }

  ManualClock clock_;
  FakeShard shard_{clock_};
  RouterSettings settings_;
  std::vector<Named> named_;
  std::vector<std::unique_ptr<FakeSink>> sinks_;
  std::unique_ptr<EventRouter> router_;
};

RC_GTEST_PROP(EventRouterProperty, EachSubscriberSeesEachEventAtLeastOnceInOrder, ()) {
  World world;
  world.run();
}

}  // namespace
}  // namespace gnomon
