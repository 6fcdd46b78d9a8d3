#include "scenarios/language/nodes_seen.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/nearest_name.h"

namespace gnomon::scenarios {
namespace {

using Visit = std::function<void(const Value& text)>;

/// A name, or each of a list.
void visit_texts(const Value* value, const Visit& visit) {
  if (value == nullptr) return;
  if (value->kind == ValueKind::kString) visit(*value);
  for (const Value& item : value->items) {
    if (item.kind == ValueKind::kString) visit(item);
  }
}

/// A string under these keys, one inside the other.
void visit_at(const Value& value, std::initializer_list<std::string_view> keys,
              const Visit& visit) {
  const Value* at = &value;
  for (const std::string_view key : keys) {
    at = at->find(key);
    if (at == nullptr) return;
  }
  if (at->kind == ValueKind::kString) visit(*at);
}

class NodesSeen {
 public:
  NodesSeen(const Value& nodes, Decoder& decoder) : nodes_(nodes), decoder_(decoder) {
    for (const Member& node : nodes.members) {
      waits_for_.try_emplace(node.key);
    }
    for (const Member& node : nodes.members) {
      visit_texts(node.value.find("after"),
                  [&](const Value& name) { waits_for_[node.key].push_back(name.text); });
      if (const Value* condition = node.value.find("condition")) add_branches(node.key, *condition);
    }
  }

  void check_node(const Member& node) {
    const Visit check = [&](const Value& text) { check_seen(node.key, text); };
    visit_at(node.value, {"when"}, check);
    visit_at(node.value, {"input"}, check);
    visit_at(node.value, {"wait", "until"}, check);
    visit_at(node.value, {"map", "items"}, check);
    visit_at(node.value, {"condition", "when"}, check);
    if (const Value* condition = node.value.find("condition")) {
      if (const Value* cases = condition->find("cases")) {
        for (const Value& each : cases->items) visit_at(each, {"when"}, check);
      }
    }
  }

  void check_output(const Value& text) {
    for (const std::string& name : names_in(text)) check_known(name, text);
  }

 private:
  void add_branches(std::string_view condition, const Value& value) {
    const Visit add = [&](const Value& name) {
      const auto found = waits_for_.find(name.text);
      if (found != waits_for_.end()) found->second.push_back(condition);
    };
    visit_texts(value.find("then"), add);
    visit_texts(value.find("else"), add);
    if (const Value* cases = value.find("cases")) {
      for (const Value& each : cases->items) visit_texts(each.find("then"), add);
    }
  }

  std::vector<std::string> names_in(const Value& text) {
    if (text.text.find("nodes") == std::string::npos) return {};
    const std::optional<Expression> expression = decoder_.compile(text, text.text);
    return expression ? expression->keys_read("nodes") : std::vector<std::string>{};
  }

  bool check_known(std::string_view name, const Value& text) {
    if (waits_for_.contains(name)) return true;
    if (decoder_.is_part) return false;
    NearestName nearest(name);
    if (decoder_.may_hint(nodes_.members.size())) {
      for (const Member& node : nodes_.members) nearest.consider(node.key);
    }
    decoder_.error(text.place, fmt::format("in this expression, '.nodes.{}' is no node of this "
                                           "workflow{}",
                                           name, nearest.hint()));
    return false;
  }

  void check_seen(std::string_view node, const Value& text) {
    const std::vector<std::string_view>& seen = waits_for_.at(node);
    for (const std::string& name : names_in(text)) {
      if (!check_known(name, text) || std::ranges::find(seen, name) != seen.end()) continue;
      decoder_.error(
          text.place,
          fmt::format("in this expression, '.nodes.{0}' is always null: '{1}' does not wait for "
                      "it{2}",
                      name, node,
                      name == node ? "self" : fmt::format("; add '{}' to its 'after'", name)));
    }
  }

  const Value& nodes_;
  Decoder& decoder_;
  std::unordered_map<std::string_view, std::vector<std::string_view>>
      waits_for_;  // by node; never iterated
};

}  // namespace

void check_nodes_seen(const Value& workflow, Decoder& decoder) {
  const Value* nodes = workflow.find("nodes");
  if (nodes == nullptr || nodes->kind != ValueKind::kMap) return;
  NodesSeen seen(*nodes, decoder);
  for (const Member& node : nodes->members) seen.check_node(node);
  visit_at(workflow, {"output"}, [&](const Value& text) { seen.check_output(text); });
}

}  // namespace gnomon::scenarios
