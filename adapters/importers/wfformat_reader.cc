#include "adapters/importers/wfformat_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "adapters/importers/unique_names.h"
#include "adapters/importers/wfformat_edges.h"
#include "adapters/importers/yaml_text.h"

namespace gnomon::adapters {
namespace {

using Task = RecordedWorkflow::Task;

constexpr std::size_t kMaxNameBytes = UniqueNames::kMaxBytes;
constexpr std::size_t kMaxTextBytes = 500;  // of what is only told to people

/// Where a version keeps what is read of it.
struct Version {
  std::string_view name;
  bool is_split;  ///< structure in `specification`, measurements in `execution`
  std::string_view tasks, runtime, makespan, cores, machine_cores, system;
};
constexpr std::array<Version, 5> kVersions = {{
    {"1.5", true, "tasks", "runtimeInSeconds", "makespanInSeconds", "coreCount", "coreCount",
     "runtimeSystem"},
    {"1.4", false, "tasks", "runtimeInSeconds", "makespanInSeconds", "cores", "count", "wms"},
    {"1.3", false, "tasks", "runtime", "makespan", "cores", "count", "wms"},
    {"1.2", false, "jobs", "runtime", "makespan", "cores", "count", "wms"},
    {"1.0", false, "jobs", "runtime", "makespan", "cores", "count", "wms"},
}};

/// The version of a document; notes a problem if it is none that can be read.
const Version* version_of(const JsonPlace& document) {
  const JsonPlace place = document["schemaVersion"];
  const std::string_view text = place.text();
  const auto found = std::ranges::find(kVersions, text, &Version::name);
  if (found != kVersions.end()) return &*found;
  if (!text.empty()) {
    place.problem(fmt::format("version '{}' of WfFormat cannot be read, only 1.0 and 1.2 to 1.5",
                              printable(text, kMaxTextBytes)));
  }
  return nullptr;
}

std::string shown(const JsonPlace& place) {
  return printable(place.text_or_nothing(), kMaxTextBytes);
}

/// A command that is one word, without its folder; "" if it is a script.
std::string program_of(const JsonPlace& command) {
  constexpr std::size_t kMaxProgramBytes = 64;
  if (!command.is_object()) return "";
  std::string_view program = command["program"].text_or_nothing();
  program.remove_prefix(program.rfind('/') + 1);
  if (program.size() > kMaxProgramBytes || program.find_first_of(" \t\n") != program.npos)
    return "";
  return printable(program, kMaxProgramBytes);
}

class Reader {
 public:
  Reader(const JsonPlace& document, const Version& version)
      : document_(document),
        version_(version),
        workflow_(document["workflow"]),
        execution_(version.is_split ? workflow_["execution"] : workflow_),
        structures_(version.is_split ? workflow_["specification"][version.tasks]
                                     : workflow_[version.tasks]) {}

  RecordedWorkflow read() {
    read_heading();
    read_machines();
    if (structures_.size() == 0) structures_.problem("there are no tasks");
    if (structures_.size() > RecordedWorkflow::kMaxTasks)
      structures_.problem(fmt::format("more than {} tasks", RecordedWorkflow::kMaxTasks));
    if (!document_.problems().empty()) return std::move(result_);
    result_.tasks.resize(structures_.size());
    read_names();
    if (!document_.problems().empty()) return std::move(result_);
    read_measurements();
    read_edges();
    return std::move(result_);
  }

 private:
  void read_heading() {
    result_.name = printable(document_["name"].text_or_nothing(), kMaxNameBytes);
    if (result_.name.empty()) result_.name = "workflow";
    result_.format = fmt::format("WfFormat {}", version_.name);
    result_.description = shown(document_["description"]);
    result_.executed_at = shown(execution_["executedAt"]);
    const JsonPlace author = document_["author"];
    result_.author = shown(author["name"]);
    if (const std::string email = shown(author["email"]); !email.empty())
      result_.author += fmt::format(" <{}>", email);
    const JsonPlace system = document_[version_.system];
    result_.system = shown(system["name"]);
    if (const std::string number = shown(system["version"]); !number.empty())
      result_.system += fmt::format(" {}", number);
    const JsonPlace makespan = execution_[version_.makespan];
    if (makespan.is_there()) result_.makespan_seconds = makespan.number();
  }

  void read_machines() {
    const JsonPlace machines = execution_["machines"];
    if (machines.size() > RecordedWorkflow::kMaxMachines) {
      machines.problem(fmt::format("more than {} machines", RecordedWorkflow::kMaxMachines));
      return;
    }
    machines.for_each([this](const JsonPlace& machine) {
      const JsonPlace name = machine["nodeName"];
      if (!add_machine(name.text())) name.problem("a second machine of that name");
      result_.machines.back().cores =
          machine["cpu"][version_.machine_cores].count_or_nothing(RecordedWorkflow::kMaxCores);
    });
    lists_machines_ = machines.size() > 0;
  }

  /// Whether the run was gnomon's own.
  bool is_own() const { return document_[version_.system]["name"].text_or_nothing() == "gnomon"; }

  /// A machine of a run of gnomon's own is named after its runtime: "gpu-3".
  std::string pool_of(std::string_view machine) const {
    if (!is_own()) return "";
    const std::size_t digits = machine.find_last_not_of("0123456789") + 1;
    if (digits < 2 || digits == machine.size() || machine[digits - 1] != '-') return "";
    return printable(machine.substr(0, digits - 1), kMaxNameBytes);
  }

  /// False if there is one of that name already.
  bool add_machine(std::string_view name) {
    const auto number = static_cast<std::uint32_t>(result_.machines.size());
    result_.machines.push_back({printable(name, kMaxNameBytes), std::nullopt, pool_of(name)});
    return number_of_machine_.emplace(name, number).second;
  }

  void read_names() {
    const std::string_view key = version_.is_split ? "id" : "name";
    for (NodeIndex task = 0; task < result_.tasks.size(); ++task) {
      const JsonPlace place = structures_[task][key];
      const std::string_view name = place.text();
      if (name.empty()) continue;
      names_.add(name, task);
      if (version_.is_split && names_.count(name) > 1) place.problem("a second task with that id");
    }
    UniqueNames unique;
    for (NodeIndex task = 0; task < result_.tasks.size(); ++task) {
      const JsonPlace structure = structures_[task];
      const std::string_view name = structure[key].text_or_nothing();
      const std::string_view id = structure["id"].text_or_nothing();
      result_.tasks[task].name =
          unique.take(names_.count(name) > 1 ? fmt::format("{}_{}", name, id) : std::string(name));
      // Some that wrote the older versions refer to ids, as their schema's words have it.
      if (!version_.is_split && !id.empty() && names_.count(id) == 0) names_.add(id, task);
    }
  }

  /// Before 1.5, measurements stand beside the structure; in 1.5, in a list of their own.
  void read_measurements() {
    std::vector<JsonPlace> measurements(structures_.size(), JsonPlace(document_.problems()));
    if (version_.is_split) {
      execution_["tasks"].for_each([&](const JsonPlace& measurement) {
        const JsonPlace id = measurement["id"];
        const auto task = names_.find(id);
        if (task && measurements[*task].is_there()) id.problem("a second measurement of that task");
        if (task) measurements[*task] = measurement;
      });
    }
    bool is_any_measured = false;
    for (NodeIndex task = 0; task < result_.tasks.size(); ++task) {
      read_measurement(task, version_.is_split ? measurements[task] : structures_[task]);
      is_any_measured |= result_.tasks[task].is_measured;
    }
    if (!is_any_measured) execution_.problem(fmt::format("no task has a {}", version_.runtime));
  }

  void read_measurement(NodeIndex number, const JsonPlace& measurement) {
    Task& task = result_.tasks[number];
    const JsonPlace runtime = measurement[version_.runtime];
    task.is_measured = version_.is_split ? measurement.is_there() : runtime.is_there();
    if (task.is_measured) task.runtime = runtime.seconds(RecordedWorkflow::kLongest);
    total_ += task.runtime;
    if (total_ > RecordedWorkflow::kLongest) {
      runtime.problem("the tasks so far take more than 100 years together");
      total_ = {};
    }
    task.cores =
        measurement[version_.cores].count_or_nothing(RecordedWorkflow::kMaxCores).value_or(1);
    if (const JsonPlace priority = measurement["priority"]; priority.is_there())
      task.priority = static_cast<std::int16_t>(std::clamp(priority.number(), -1000.0, 1000.0));
    if (version_.is_split) {
      // Of several, the first: which of them had how many of the cores is not recorded.
      measurement["machines"].for_each([&](const JsonPlace& machine) {
        const auto found = find_machine(machine);
        if (!task.machine) {
          task.machine = found;
        } else if (found && found != task.machine) {
          task.is_spread = true;
        }
      });
    } else if (const JsonPlace machine = measurement["machine"]; machine.is_there()) {
      task.machine = find_machine(machine);
    }
    task.action = action_of(structures_[number], measurement);
    if (task.action.empty()) task.action = task.name;
  }

  /// What tasks of one kind have in common, as far as the document says. The program of a run of
  /// gnomon's own is its action, whatever that looks like.
  std::string action_of(const JsonPlace& structure, const JsonPlace& measurement) const {
    if (const JsonPlace command = measurement["command"]; is_own() && command.is_object()) {
      const std::string_view program = command["program"].text_or_nothing();
      if (!program.empty()) return printable(program, kMaxNameBytes);
    }
    if (const JsonPlace category = structure["category"]; !category.text_or_nothing().empty())
      return printable(category.text(), kMaxNameBytes);
    const std::string_view name = structure["name"].text_or_nothing();
    const bool is_shared =
        version_.is_split ? name != structure["id"].text_or_nothing() : names_.count(name) > 1;
    return is_shared ? printable(name, kMaxNameBytes) : program_of(measurement["command"]);
  }

  std::optional<std::uint32_t> find_machine(const JsonPlace& place) {
    const std::string_view name = place.text();
    if (name.empty()) return std::nullopt;
    const auto known = number_of_machine_.find(name);
    if (known != number_of_machine_.end()) return known->second;
    if (lists_machines_ || result_.machines.size() == RecordedWorkflow::kMaxMachines) {
      place.problem(fmt::format("there is no machine '{}'", printable(name, kMaxNameBytes)));
      return std::nullopt;
    }
    add_machine(name);
    return static_cast<std::uint32_t>(result_.machines.size() - 1);
  }

  void read_edges() {
    WfFormatEdges edges(result_.tasks);
    for (NodeIndex task = 0; task < result_.tasks.size(); ++task)
      edges.add_references(structures_[task], task, names_);
    if (edges.empty()) read_files(edges);
    edges.finish(structures_);
  }

  /// Nextflow's traces before 1.5 name neither parents nor children.
  void read_files(WfFormatEdges& edges) {
    for (NodeIndex task = 0; task < result_.tasks.size(); ++task) {
      const JsonPlace structure = structures_[task];
      structure["inputFiles"].for_each(
          [&](const JsonPlace& file) { edges.add_file(std::string(file.text()), task, false); });
      structure["outputFiles"].for_each(
          [&](const JsonPlace& file) { edges.add_file(std::string(file.text()), task, true); });
      structure["files"].for_each([&](const JsonPlace& file) {
        edges.add_file(fmt::format("{}/{}", file["path"].text_or_nothing(), file["name"].text()),
                       task, file["link"].text() == "output");
      });
    }
    edges.add_by_files();
  }

  const JsonPlace document_;
  const Version& version_;
  const JsonPlace workflow_;
  const JsonPlace execution_;
  const JsonPlace structures_;
  RecordedWorkflow result_;
  Duration total_{};
  TaskNames names_;
  bool lists_machines_ = false;
  std::unordered_map<std::string_view, std::uint32_t> number_of_machine_;  // never iterated
};

}  // namespace

RecordedWorkflow read_wfformat(const Json& document, Problems& problems) {
  const JsonPlace place(document, problems);
  const Version* version = version_of(place);
  return version == nullptr ? RecordedWorkflow{} : Reader(place, *version).read();
}

}  // namespace gnomon::adapters
