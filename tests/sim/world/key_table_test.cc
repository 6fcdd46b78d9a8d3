#include "sim/world/key_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace gnomon::sim {
namespace {

RC_GTEST_PROP(KeyTable, HoldsWhatAMapHolds,
              (const std::vector<std::pair<std::uint8_t, bool>>& steps)) {
  KeyTable table;
  std::map<ActionKey, std::uint32_t> model;
  for (const auto& [number, insert] : steps) {
    const ActionKey key{make_workflow_id(0, number % 7u), number / 7u, 1};
    if (insert && !model.contains(key)) {
      model[key] = number;
      table.insert(key, number);
    } else if (!insert) {
      model.erase(key);
      table.erase(key);
    }
    for (std::uint32_t each = 0; each < 256; ++each) {
      const ActionKey asked{make_workflow_id(0, each % 7u), each / 7u, 1};
      const auto found = model.find(asked);
      RC_ASSERT(table.find(asked) == (found == model.end() ? KeyTable::kNone : found->second));
    }
    RC_ASSERT(table.size() == model.size());
  }
}

}  // namespace
}  // namespace gnomon::sim
