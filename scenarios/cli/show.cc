#include "scenarios/cli/show.h"

#include <fmt/format.h>

#include <array>
#include <memory>

#include "engine/base/nearest_name.h"
#include "scenarios/cli/command.h"

namespace gnomon::cli {
namespace {

constexpr const char* kExamples = R"(WHAT is one of
  run        the workflows, with their states (also if you give nothing); those that --name, --state, --tenant and
             --label leave
  workflow   one workflow (-w) and its nodes
  node       one node (-w, -n) and its attempts
  events     what happened, in order (-w, -n, --kind)
  routes     how far routes and subscribers have got
  commands   what other processes have sent, and the answers

With --json each gives one object: {"format": "gnomon.workflows/1", "workflows": [...]}, and likewise gnomon.workflow/1
(nodes), gnomon.node/1 (attempts), gnomon.events/1, gnomon.routes/1 and gnomon.commands/1. Members may be added within a
version; one that has no value is left out. Instants are ISO 8601 in UTC, lengths of time seconds (..._s).

Examples:
  gnomon show run.db
  gnomon show run.db --state failed --label team=ads
  gnomon show run.db workflow -w 17
  gnomon show run.db node -w 17 -n train
  gnomon show run.db events --kind workflow_stuck
  gnomon show run.db events -w 17 -n train
  gnomon show run.db commands
  gnomon show run.db workflow -w 17 --json | jq -r '.nodes[] | select(.state == "failed") | .name')";

/// One WHAT, and which options mean something to it; those that it needs are checked by itself.
struct View {
  std::string_view name;
  void (*show)(const ShowArguments&);
  bool takes_workflow = false;
  bool takes_node = false;
  bool takes_kind = false;
  bool takes_search = false;
};
constexpr std::array kViews = {
    View{"run", show_workflows, false, false, false, true},
    View{"workflow", show_workflow, true},
    View{"node", show_node, true, true},
    View{"events", show_events, true, true, true},
    View{"routes", show_routes},
    View{"commands", show_commands},
};

const View& find_view(const ShowArguments& arguments) {
  NearestName nearest(arguments.what);
  std::string known;
  for (const View& view : kViews) {
    if (view.name == arguments.what) return view;
    nearest.consider(view.name);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", view.name);
  }
  stop(kUsage, fmt::format("show does not know '{}'{}; it shows {}", arguments.what, nearest.hint(),
                           known));
}

void check_options(const View& view, const ShowArguments& arguments) {
  const auto check = [&](const char* option, const std::string& value, bool View::* takes) {
    if (value.empty() || view.*takes) return;
    std::string others;
    for (const View& other : kViews) {
      if (other.*takes) others += fmt::format("{}'{}'", others.empty() ? "" : ", ", other.name);
    }
    stop(kUsage, fmt::format("{} means nothing to '{}', but to {}", option, view.name, others));
  };
  check("--workflow", arguments.workflow, &View::takes_workflow);
  check("--node", arguments.node, &View::takes_node);
  check("--kind", arguments.kind, &View::takes_kind);
  check("--name", arguments.name, &View::takes_search);
  check("--state", arguments.state, &View::takes_search);
  check("--tenant", arguments.tenant, &View::takes_search);
  check("--label", arguments.label, &View::takes_search);
}

}  // namespace

void add_show(CLI::App& app) {
  auto* command =
      app.add_subcommand("show", "Looks into a record: workflows, nodes, events, routes, commands");
  auto arguments = std::make_shared<ShowArguments>();
  command->add_option("RECORD", arguments->record, "Run record")->required();
  command->add_option("WHAT", arguments->what, "See below")->capture_default_str();
  command->add_option("-w,--workflow", arguments->workflow, "Number or key of the workflow");
  command->add_option("-n,--node", arguments->node, "Name of the node");
  command->add_option("--kind", arguments->kind,
                      "Only events of this kind (node_end, workflow_stuck, ...)");
  command->add_option("--name", arguments->name, "Only workflows of this definition");
  command->add_option("--state", arguments->state, "Only workflows in this state")
      ->check(
          CLI::IsMember({"running", "paused", "succeeded", "failed", "cancelled", "timed_out"}));
  command->add_option("--tenant", arguments->tenant, "Only workflows of this tenant");
  command->add_option("--label", arguments->label, "Only workflows with this label")
      ->type_name("NAME=VALUE");
  command->add_option("--limit", arguments->limit, "Rows at most (default: 50; with --json all)")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", arguments->json, "Print it as JSON");
  command->footer(kExamples);
  command->callback([arguments] {
    const View& view = find_view(*arguments);
    check_options(view, *arguments);
    view.show(*arguments);
  });
}

}  // namespace gnomon::cli
