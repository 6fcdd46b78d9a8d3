#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/expressions/expression.h"
#include "engine/timers/zone.h"
#include "scenarios/language/diagnostics.h"
#include "scenarios/language/file_reader.h"
#include "scenarios/language/value.h"

namespace gnomon::scenarios {

/// What names stand for; a name is declared as a key under the section of that kind and used
/// elsewhere.
enum class NameKind : std::uint8_t {
  kRuntime,
  kAction,
  kWorkflow,
  kTenant,
  kSubscriber,
  kSource,
  kNodeKind
};
inline constexpr std::size_t kNameKindCount = 7;
std::string_view to_string(NameKind kind);

/// What reading a value needs besides the value: where to tell mistakes, which names were used, and
/// what may be looked up. One for each text that is decoded.
class Decoder {
 public:
  /// Without `zones`, only UTC is known.
  Decoder(Diagnostics& diagnostics, const FileReader& files, ZoneLookup zones = {})
      : diagnostics_(diagnostics), files_(files), zones_(std::move(zones)) {}

  void error(Place place, std::string message) { diagnostics_.error(place, std::move(message)); }
  /// Whether it is still worth looking for what was meant: among that many candidates, after so
  /// many mistakes.
  bool may_hint(std::size_t candidates) const {
    return candidates <= 100'000 && diagnostics_.size() < 100;
  }

  /// What to add to the message that nothing is named `wanted`: " (did you mean 'cpu'?)", or, where
  /// nothing is near, what there is: "; there are cpu, gpu". "" where it is not worth looking.
  std::string hint_among(std::string_view wanted, const std::vector<std::string>& names) const;

  /// Each text is compiled once; a mistake is told at `value`.
  std::optional<Expression> compile(const Value& value, std::string_view text);

  /// Tells at `value` what an expression reads that is never there.
  void check_expression(const Value& value, const std::vector<std::string>& problems) {
    if (accepted_before) return;
    for (const std::string& problem : problems)
      error(value.place, "in this expression, " + problem);
  }

  /// Reads a data file, named relative to the source in which `name` stands. Each is read once.
  const std::string* read_file(const Value& name);

  Expected<Zone> find_zone(std::string_view name) const;

  /// Notes that `name` is used; check_names() tells those that were not declared.
  void use(NameKind kind, const Value& name) { uses_.push_back({kind, name.place, name.text}); }
  void declare(NameKind kind, std::string_view name) { declared_[index(kind)].emplace_back(name); }
  /// Tells each use of a name of `kind` that was not declared, with the nearest one that was.
  void check_names(NameKind kind);

  /// Notes that a task's behaviour is to be found under its action.
  void use_action(std::string_view runtime, std::string_view action, Place place) {
    actions_.push_back({std::string(runtime), std::string(action), place});
  }
  struct ActionUse {
    std::string runtime;
    std::string action;
    Place place;
  };
  const std::vector<ActionUse>& actions_used() const { return actions_; }

  /// Notes that a task holds so many units of a runtime at once.
  void use_units(std::string_view runtime, std::uint64_t units, Place place) {
    units_.push_back({std::string(runtime), units, place});
  }
  struct UnitsUse {
    std::string runtime;
    std::uint64_t units;
    Place place;
  };
  const std::vector<UnitsUse>& units_used() const { return units_; }

  /// The nodes of the definition that is being read, by name. Exchanged while a definition in place
  /// is read.
  using NodeNumbers = std::unordered_map<std::string_view, NodeIndex>;
  NodeNumbers exchange_nodes(NodeNumbers nodes) { return std::exchange(nodes_, std::move(nodes)); }
  /// The node of that name; if there is none, that is told.
  std::optional<NodeIndex> find_node(const Value& name);

  /// Where we are, for names that must be unique: the path of workflows and nodes that lead to a
  /// definition in place.
  std::vector<std::string> scope;
  /// What is read was accepted once, by this version or an earlier one: what is only without sense
  /// is let pass.
  bool accepted_before = false;
  /// A file that is included could not be read: what is missing here may stand there.
  bool is_part = false;
  /// Names of the definitions that were read, those in place included.
  std::vector<std::string> definitions;

 private:
  static std::size_t index(NameKind kind) { return static_cast<std::size_t>(kind); }

  struct Use {
    NameKind kind;
    Place place;
    std::string name;
  };

  Diagnostics& diagnostics_;
  const FileReader& files_;
  ZoneLookup zones_;
  ExpressionCache expressions_;
  std::map<std::string, std::optional<std::string>>
      read_;  // by path; absent if it could not be read
  std::vector<Use> uses_;
  std::vector<std::string> declared_[kNameKindCount];
  std::vector<ActionUse> actions_;
  std::vector<UnitsUse> units_;
  NodeNumbers nodes_;  // never iterated but to be sorted
};

/// `path` as it is seen from the file `from`.
std::string relative_to(std::string_view from, std::string_view path);

}  // namespace gnomon::scenarios
