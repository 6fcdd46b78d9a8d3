#include <unordered_set>

#include "scenarios/language/node_types.h"
#include "scenarios/language/units.h"

namespace gnomon::scenarios {

namespace {

struct UntilText {
  std::optional<Instant> instant;
  std::optional<Expression> expression;
};

/// An instant, or jq: a text that begins like a date is meant as one.
Type<UntilText> until_type() {
  Type<UntilText> type;
  type.expects = "an instant or a jq expression";
  type.kinds = kinds(ValueKind::kString);
  type.schema = expression().schema;
  type.take = [at = instant(), jq = expression(node_sees())](const Value& value, Decoder& decoder,
                                                             UntilText& out) {
    const bool is_date = value.text.size() > 4 && value.text[4] == '-' &&
                         value.text.find_first_not_of("0123456789") == 4;
    if (is_date) return at.read(value, decoder, out.instant.emplace());
    return jq.read(value, decoder, out.expression.emplace());
  };
  return type;
}

/// The name of a node of the same workflow, which becomes a branch.
Type<std::string> node_name() {
  Type<std::string> type = text(256);
  type.expects = "the name of a node";
  type.take = [](const Value& value, Decoder& decoder, std::string& out) {
    out = value.text;
    return decoder.find_node(value).has_value();
  };
  return type;
}

struct ConditionText {
  ConditionSpec condition;
  std::optional<Expression> when;
  std::vector<std::string> then;
};

}  // namespace

const std::vector<std::string>& work_keys() {
  static const std::vector<std::string> keys = {"task",      "subworkflow", "wait", "pass",
                                                "condition", "loop",        "map",  "custom"};
  return keys;
}

Type<WaitSpec> wait_type() {
  static const Type<WaitSpec> type = [] {
    Object<WaitSpec> object("Wait",
                            "Ends at the first that comes. An interval may stand by itself.");
    object.field("interval", &WaitSpec::interval, duration(), "So long after it has started.");
    object.field(
        "until",
        [](WaitSpec& wait, UntilText until) {
          wait.until = until.instant;
          wait.until_expression = std::move(until.expression);
        },
        until_type(), "At this instant; or jq that gives the seconds since 1970 (UTC).");
    object.field("signal", &WaitSpec::signal, text(256),
                 "When a signal of this name has come; its payload is the output.");
    object.example("{signal: approved, interval: 24h}");
    object.check([](WaitSpec&, const Value& value, Decoder& decoder) {
      if (!value.members.empty()) return true;
      decoder.error(value.place, "a wait needs an interval, an instant or a signal");
      return false;
    });
    Type<WaitSpec> interval = as<WaitSpec>(duration(), [](Duration time) {
      WaitSpec wait;
      wait.interval = time;
      return wait;
    });
    return either(std::move(interval), std::move(object).type());
  }();
  return type;
}

Type<ConditionSpec> condition_type() {
  static const Type<ConditionSpec> type = [] {
    const Type<std::vector<std::string>> nodes = one_or_many(node_name());
    Object<ConditionSpec::Case> choice("Case",
                                       "Nodes that may run if this holds, and no case before it.");
    choice
        .field("when", &ConditionSpec::Case::when, expression(node_sees()),
               "jq over {input, nodes, workflow}.")
        .required();
    choice
        .field("then", &ConditionSpec::Case::then, nodes,
               "Nodes that may run; they wait for the condition.")
        .required();

    Object<ConditionText> object(
        "Condition",
        "The first case that holds names the nodes that may run; what only other cases name is "
        "skipped. One case may be written without `cases`.");
    object.field("when", &ConditionText::when, expression(node_sees()),
                 "jq over {input, nodes, workflow}.");
    object.field("then", &ConditionText::then, nodes, "Nodes that may run if it holds.");
    object.field(
        "cases",
        [](ConditionText& text, std::vector<ConditionSpec::Case> cases) {
          text.condition.cases = std::move(cases);
        },
        list_of(std::move(choice).type(), 1, 1000), "In this order.");
    object.field(
        "else",
        [](ConditionText& text, std::vector<std::string> otherwise) {
          text.condition.otherwise = std::move(otherwise);
        },
        nodes, "Nodes that may run if none holds.");
    object.exactly_one({"when", "cases"});
    object.example("{when: .nodes.score.output.accuracy > 0.9, then: deploy, else: retrain}");
    object.check([](ConditionText& text, const Value& value, Decoder& decoder) {
      if (text.when.has_value() != (value.find("then") != nullptr)) {
        decoder.error(value.place, "'when' and 'then' stand together");
        return false;
      }
      if (text.when) text.condition.cases = {{*text.when, std::move(text.then)}};
      return true;
    });
    return as<ConditionSpec>(std::move(object).type(),
                             [](ConditionText text) { return std::move(text.condition); });
  }();
  return type;
}

Type<CustomSpec> custom_type() {
  static const Type<CustomSpec> type = [] {
    Object<CustomSpec> object("Custom", "A node of a kind that the core does not know.");
    object
        .field("kind", &CustomSpec::kind, name_of(NameKind::kNodeKind),
               "Under which its NodeExecutor is registered; the program gnomon brings none of its "
               "own.")
        .required();
    object.field("params", &CustomSpec::params, json(), "Handed to it as it stands.");
    object.example("{kind: approval, params: {by: [alice, bob]}}");
    return std::move(object).type();
  }();
  return type;
}

Type<TargetText> target_type() {
  static const Type<TargetText> type = [] {
    Object<TargetText> object(
        "Target", "A workflow: uploaded, by name, which may stand by itself; or in place.");
    object.field(
        "name", [](TargetText& text, std::string name) { text.target.name = std::move(name); },
        name_of(NameKind::kWorkflow), "Of the workflow.");
    object.field(
        "version",
        [](TargetText& text, std::string version) { text.target.version = std::move(version); },
        word(), "Absent: the newest.");
    object.field(
        "definition",
        [](TargetText& text, Workflow workflow) {
          text.target.name = workflow.definition->name();
          text.target.version = workflow.definition->version();
          text.target.definition = std::move(workflow.definition);
          text.simulated = std::move(workflow.simulated);
        },
        later(workflow_type, "a workflow", kinds(ValueKind::kMap)), "The workflow itself.");
    object.exactly_one({"name", "definition"}).at_most_one({"version", "definition"});
    object.example("{name: tune, version: 3}");
    Type<TargetText> by_name = as<TargetText>(name_of(NameKind::kWorkflow), [](std::string name) {
      return TargetText{{std::move(name), "", nullptr}, {}};
    });
    return either(std::move(by_name), std::move(object).type());
  }();
  return type;
}

Type<LoopText> loop_type() {
  static const Type<LoopText> type = [] {
    Object<LoopText> object(
        "Loop",
        "Runs its body again and again, the output of one iteration being the next one's input.");
    object
        .field(
            "body",
            [](LoopText& text, TargetText body) {
              text.loop.body = std::move(body.target);
              text.simulated = std::move(body.simulated);
            },
            target_type(), "What is run.")
        .required();
    object.field(
        "while",
        [](LoopText& text, Expression going) { text.loop.while_expression = std::move(going); },
        expression({"input", "iteration", "output"}),
        "Asked before each iteration, over {input, iteration, output}; absent: always.");
    object
        .field(
            "max_iterations",
            [](LoopText& text, std::uint32_t most) { text.loop.max_iterations = most; },
            whole<std::uint32_t>(1, 1'000'000), "It never runs more often.")
        .required();
    object.example("{body: improve, while: '.output.loss > 0.1', max_iterations: 20}");
    return std::move(object).type();
  }();
  return type;
}

Type<MapText> map_node_type() {
  static const Type<MapText> type = [] {
    Object<MapText> object(
        "Map", "Runs its body once for each element of a list; gives the list of their outputs.");
    object
        .field(
            "items", [](MapText& text, Expression items) { text.map.items = std::move(items); },
            computed(node_sees()), "The list: a constant, or jq over {input, nodes, workflow}.")
        .required();
    object
        .field(
            "body",
            [](MapText& text, TargetText body) {
              text.map.body = std::move(body.target);
              text.simulated.merge(body.simulated);
            },
            target_type(), "What is run with each element as its input.")
        .required();
    object
        .field(
            "concurrency", [](MapText& text, std::uint32_t most) { text.map.concurrency = most; },
            whole<std::uint32_t>(0, 1'000'000), "Run at once at most; 0: no limit.")
        .by_default("0");
    object
        .field(
            "tolerated_failures",
            [](MapText& text, std::uint32_t most) { text.map.tolerated_failures = most; },
            whole<std::uint32_t>(0, 1'000'000), "It fails when more than so many fail.")
        .by_default("0");
    object.field(
        "reduce",
        [](MapText& text, TargetText reduce) {
          text.map.reduce = std::move(reduce.target);
          text.simulated.merge(reduce.simulated);
        },
        within("reduce", target_type()),
        "A workflow that takes the list of outputs; its output is the node's (map-reduce).");
    object.example("{items: .input.shards, body: count_words, concurrency: 10, reduce: sum_up}");
    return std::move(object).type();
  }();
  return type;
}

Type<std::vector<NodeIndex>> node_references() {
  Type<NodeIndex> one;
  one.expects = "the name of a node";
  one.kinds = kinds(ValueKind::kString);
  one.schema = text(256).schema;
  one.take = [](const Value& value, Decoder& decoder, NodeIndex& out) {
    const std::optional<NodeIndex> node = decoder.find_node(value);
    if (node) out = *node;
    return node.has_value();
  };
  Type<std::vector<NodeIndex>> many = one_or_many(std::move(one));
  many.take = [take = many.take](const Value& value, Decoder& decoder,
                                 std::vector<NodeIndex>& out) {
    if (decoder.accepted_before) return take(value, decoder, out);
    std::unordered_set<std::string_view> names;
    bool good = true;
    for (const Value& name : value.items) {
      if (name.kind != ValueKind::kString || names.insert(name.text).second) continue;
      decoder.error(name.place, fmt::format("node '{}' stands here twice", name.text));
      good = false;
    }
    return take(value, decoder, out) && good;
  };
  return many;
}

}  // namespace gnomon::scenarios
