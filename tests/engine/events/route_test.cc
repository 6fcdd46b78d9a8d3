#include "engine/events/route.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace gnomon {
namespace {

class NoSink final : public EventSink {
  void deliver(Delivery) override {}
} sink;

Route a_route() {
  Route route;
  route.name = "ui";
  route.handler = DeliverTo{&sink};
  return route;
}

std::string problem_of(const Route& route) {
  const auto checked = check_routes({&route, 1});
  return checked ? "" : checked.error().message;
}

TEST(Route, IsAcceptedAsItCameFromItsDefaults) {
  EXPECT_EQ(problem_of(a_route()), "");
}

TEST(Route, SaysWhatIsWrongWithIt) {
  Route route = a_route();
  route.name = "";
  EXPECT_EQ(problem_of(route), "a route needs a name");

  route = a_route();
  route.name = std::string(257, 'x');
  EXPECT_NE(problem_of(route).find("a name has at most 256 bytes"), std::string::npos);

  route = a_route();
  for (const std::uint32_t batch : {0u, 10'001u}) {
    route.batch = batch;
    EXPECT_EQ(problem_of(route), "route `ui`: batch must be from 1 to 10000");
  }

  route = a_route();
  route.answer_timeout = Duration::zero();
  EXPECT_EQ(problem_of(route), "route `ui`: answer_timeout must be positive");

  route = a_route();
  route.retry_delay = Duration::zero();
  EXPECT_EQ(problem_of(route), "route `ui`: retry_delay must be positive");

  route = a_route();
  route.max_retry_delay = 1ms;
  EXPECT_EQ(problem_of(route), "route `ui`: max_retry_delay must not be less than retry_delay");

  route = a_route();
  route.handler = DeliverTo{};
  EXPECT_EQ(problem_of(route), "route `ui`: delivers to no sink");
  route.handler = StartOnEvent{};
  EXPECT_EQ(problem_of(route), "route `ui`: starts no workflow");
  route.handler = SignalOnEvent{};
  EXPECT_EQ(problem_of(route), "route `ui`: the signal needs a name");
}

TEST(Route, HasANameOfItsOwn) {
  const std::array routes = {a_route(), a_route()};
  EXPECT_EQ(check_routes(routes).error().message, "there are two routes `ui`");
}

TEST(Route, CannotHaveTheNameOfAPublisher) {
  Route route = a_route();
  route.name = "source/blob";
  EXPECT_EQ(problem_of(route),
            "route `source/blob`: names that begin with `source/` or `from/` are the engine's own");
}

TEST(Route, CannotHaveBeenOneThatIsThereStill) {
  std::array routes = {a_route(), a_route()};
  routes[1].name = "screen";
  routes[1].was = "ui";
  EXPECT_EQ(check_routes(routes).error().message,
            "route `screen` was `ui`, which is a route still");
  routes[1].was = "window";
  EXPECT_TRUE(check_routes(routes));
}

TEST(Glob, MatchesAnyTextByAStar) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_TRUE(glob_matches("gnomon.*_end", "gnomon.node_end"));
  EXPECT_FALSE(glob_matches("gnomon.*_end", "gnomon.node_ended"));
  EXPECT_TRUE(glob_matches("/blob/*/new", "/blob/a/b/new"));
  EXPECT_TRUE(glob_matches("*ab*ab", "xababab"));
  EXPECT_FALSE(glob_matches("a*b", "a"));
  EXPECT_TRUE(glob_matches("a**", "a"));
  EXPECT_FALSE(glob_matches("a.c", "abc")) << "only the star is special";
}

// Backtracking over every star would take 2^30 steps.
TEST(Glob, TakesLittleTimeForAMeanPattern) {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "a*";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace gnomon
