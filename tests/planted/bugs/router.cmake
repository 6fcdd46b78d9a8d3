bug(cursor-runs-ahead router engine/events/event_router.cc
    FIND [[  subscriber.state = State::kDelivering;
  wake_at(]]
    PLANT [[  if (PLANTED) acknowledge(subscriber, subscriber.delivery->upto);
  subscriber.state = State::kDelivering;
  wake_at(]])
bug(failed-delivery-is-dropped router engine/events/event_router.cc
    FIND [[if (subscriber.state == State::kDelivering) fail(subscriber, answer.result.error().message);
      return;]]
    PLANT [[if (!PLANTED) {
        if (subscriber.state == State::kDelivering) fail(subscriber, answer.result.error().message);
        return;
      }]]
    LIKE "Zeebe: a failed flush is only logged, and exporting goes on"
    WHERE https://github.com/camunda/camunda/pull/3220)
bug(unanswered-delivery-is-dropped router engine/events/event_router.cc
    FIND [[fail(subscriber, "was not answered in time");]]
    PLANT [[if (PLANTED) {
      subscriber.delivery.reset();
      subscriber.state = State::kIdle;
    } else {
      fail(subscriber, "was not answered in time");
    }]])
bug(begins-behind-what-was-missed router engine/events/event_router.cc
    FIND [[subscriber.acked = std::max(subscriber.acked, row->delivered);
    subscriber.cursor]]
    PLANT [[subscriber.acked = PLANTED ? stored.last_event : std::max(subscriber.acked, row->delivered);
    subscriber.cursor]]
    LIKE "Zeebe: the exporter goes on behind records the sink lacks"
    WHERE https://github.com/camunda/camunda/issues/51048)
bug(routed-command-done-again router engine/shard/shard.cc
    FIND [[if (command.event <= reached) continue;]]
    PLANT [[if (command.event <= reached && !PLANTED) continue;]]
    LIKE "Zeebe: a command sent again correlates a message again"
    WHERE https://github.com/camunda/camunda/pull/27525)
bug(published-twice router engine/shard/shard.cc
    FIND [[if (command.number < taken.delivered) {]]
    PLANT [[if (command.number < taken.delivered && !PLANTED) {]])
