#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/events/event_router.h"
#include "tests/engine/events/fakes.h"

namespace gnomon {

/// A router between a shard that commits what the test says and sinks that take it as the test
/// says.
class EventRouterTest : public ::testing::Test {
 protected:
  FakeSink& sink(const std::string& name) {
    auto& sink = sinks_[name];
    if (sink == nullptr) {
      sink = std::make_unique<FakeSink>(clock_, [this] { return router_.get(); });
    }
    return *sink;
  }
  /// A route that delivers to the sink of its name.
  Route& subscribe(const std::string& name) {
    Route& route = settings_.routes.emplace_back();
    route.name = name;
    route.handler = DeliverTo{&sink(name)};
    return route;
  }
  Route& route_to(const std::string& name, Handler handler) {
    Route& route = settings_.routes.emplace_back();
    route.name = name;
    route.handler = std::move(handler);
    return route;
  }
  void start() {
    router_.reset();
    auto made = EventRouter::create(settings_, clock_, shard_, shard_);
    ASSERT_TRUE(made) << made.error().message;
    router_ = std::move(*made);
    shard_.connect(router_.get());
    router_->opened(shard_.stored());
    clock_.advance();
  }
  void publish(int events, EventKind kind = EventKind::kNodeStarted) {
    shard_.commit(std::vector<Event>(static_cast<std::size_t>(events), an_event(kind)));
    clock_.advance();
  }
  std::vector<std::string> ids(const std::string& name) {
    std::vector<std::string> ids;
    for (const std::string& event : sink(name).taken) ids.push_back(field(event, ".id"));
    return ids;
  }
  RouteStats stats(const std::string& name) {
    for (const RouteStats& each : router_->stats()) {
      if (each.name == name) return each;
    }
    return {};
  }

  ManualClock clock_;
  FakeShard shard_{clock_};
  RouterSettings settings_;
  std::map<std::string, std::unique_ptr<FakeSink>> sinks_;
  std::unique_ptr<EventRouter> router_;
};

}  // namespace gnomon
