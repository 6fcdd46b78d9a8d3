#include "engine/expressions/functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "engine/expressions/json.h"
#include "engine/expressions/order.h"

namespace gnomon {
namespace {

Json wrong(const Json& value, std::string_view what) {
  return Json::failure(fmt::format("{} {}", describe(value), what));
}

/// For those that look at each byte or element once.
bool spend_each(const Json& value, Work& work, std::uint64_t units = 1) {
  const auto length = static_cast<std::uint64_t>(
      value.is_string() ? static_cast<int>(value.text().size()) : value.length());
  return work.spend(1 + units * length);
}

/// An element that is put into an array, which libjq copies whenever it has to grow.
constexpr std::uint64_t kAppended = 4;

template <double (*F)(double)>
Json round_by(const Json& input, const Json&, Work&) {
  if (!input.is_number()) return wrong(input, "number required");
  return Json::number(F(input.number()));
}

Json length(const Json& input, const Json&, Work& work) {
  if (input.is_null()) return Json::number(0);
  if (input.is_number()) return Json::number(std::fabs(input.number()));
  if (input.is_array()) return Json::number(input.length());
  if (input.is_object()) {
    const int fields = input.length();
    if (!work.spend(static_cast<std::uint64_t>(fields))) return out_of_work();
    return Json::number(fields);
  }
  if (!input.is_string()) return wrong(input, "has no length");
  if (!work.spend(input.text().size() / 16)) return out_of_work();
  return Json::number(jv_string_length_codepoints(input.copy()));
}

Json utf8bytelength(const Json& input, const Json&, Work&) {
  if (!input.is_string()) return wrong(input, "only strings have UTF-8 byte length");
  return Json::number(static_cast<double>(input.text().size()));
}

Json type(const Json& input, const Json&, Work&) {
  return Json::string(jv_kind_name(input.kind()));
}
Json negation(const Json& input, const Json&, Work&) {
  return Json::boolean(!input.is_true());
}
Json error(const Json& input, const Json&, Work&) {
  return Json(jv_invalid_with_msg(input.copy()));
}
Json error_of(const Json&, const Json& argument, Work&) {
  return Json(jv_invalid_with_msg(argument.copy()));
}

Json keys(const Json& input, const Json&, Work& work) {
  if (!input.is_container()) return wrong(input, "has no keys");
  const bool affordable =
      input.is_object() ? spend_sorting_keys(input, work) : spend_each(input, work, kAppended);
  if (!affordable) return out_of_work();
  return Json(jv_keys(input.copy()));
}

Json keys_unsorted(const Json& input, const Json&, Work& work) {
  if (!input.is_container()) return wrong(input, "has no keys");
  if (!spend_each(input, work, kAppended)) return out_of_work();
  return Json(jv_keys_unsorted(input.copy()));
}

Json has(const Json& input, const Json& key, Work& work) {
  if (input.is_null()) return Json::boolean(false);
  if (input.is_object() && key.is_string()) {
    if (!work.spend(key.text().size() / 64)) return out_of_work();
    return Json(jv_has(input.copy(), key.copy()));
  }
  if (input.is_array() && key.is_number())
    return Json::boolean(key.number() >= 0 && key.number() < input.length());
  return Json::failure(fmt::format("Cannot check whether {} has a {} key",
                                   jv_kind_name(input.kind()), jv_kind_name(key.kind())));
}

Json contains_part(const Json& input, const Json& part, Work& work) {
  if (input.kind() != part.kind()) {
    return Json::failure(fmt::format("{} and {} cannot have their containment checked",
                                     describe(input), describe(part)));
  }
  const bool contained = contains(input, part, work);
  return work.exhausted() ? out_of_work() : Json::boolean(contained);
}

/// The values of an array or an object, until visit() gives false.
template <typename Visit>
bool each_value(const Json& container, Visit visit) {
  if (container.is_object())
    return container.each_field([&](const Json&, const Json& value) { return visit(value); });
  for (int i = 0; i < container.length(); ++i) {
    if (!visit(container.at(i))) return false;
  }
  return true;
}

Json add(const Json& input, const Json&, Work& work) {
  if (!input.is_container()) return wrong(input, "cannot be added up, as it holds nothing");
  Json sum;
  each_value(input, [&](const Json& element) {
    sum = work.spend(1) ? plus(std::move(sum), element, work) : out_of_work();
    return sum.valid();
  });
  return sum;
}

Json sort_by(const Json& input, const Json& sort_keys, Work& work) {
  if (!input.is_array()) return wrong(input, "cannot be sorted, as it is not an array");
  if (!spend_each(input, work, kAppended)) return out_of_work();
  Json sorted = Json::array();
  for (const int position : sorted_positions(sort_keys, work)) sorted.append(input.at(position));
  return work.exhausted() ? out_of_work() : sorted;
}
Json sort(const Json& input, const Json&, Work& work) {
  return sort_by(input, input, work);
}

Json group_by(const Json& input, const Json& group_keys, Work& work) {
  if (!input.is_array()) return wrong(input, "cannot be grouped, as it is not an array");
  Json groups = Json::array();
  Json group = Json::array();
  Json latest;
  for (const int position : sorted_positions(group_keys, work)) {
    Json key = group_keys.at(position);
    if (group.length() > 0 && compare(latest, key, work) != 0)
      groups.append(std::exchange(group, Json::array()));
    latest = std::move(key);
    group.append(input.at(position));
    if (!work.spend(kAppended)) break;
  }
  if (group.length() > 0) groups.append(std::move(group));
  return work.exhausted() ? out_of_work() : groups;
}

/// The first of the least, or the last of the greatest, as in jq.
Json extreme(const Json& input, const Json& by, bool least, Work& work) {
  if (!input.is_array()) return wrong(input, "has no least or greatest, as it is not an array");
  int best = 0;
  for (int i = 1; i < input.length(); ++i) {
    const int order = compare(by.at(i), by.at(best), work);
    if (work.exhausted()) return out_of_work();
    if (least ? order < 0 : order >= 0) best = i;
  }
  return input.length() == 0 ? Json() : input.at(best);
}
Json min(const Json& input, const Json&, Work& work) {
  return extreme(input, input, true, work);
}
Json max(const Json& input, const Json&, Work& work) {
  return extreme(input, input, false, work);
}
Json min_by(const Json& input, const Json& by, Work& work) {
  return extreme(input, by, true, work);
}
Json max_by(const Json& input, const Json& by, Work& work) {
  return extreme(input, by, false, work);
}

Json reverse(const Json& input, const Json&, Work& work) {
  if (input.is_null()) return Json::array();
  if (!input.is_array()) return wrong(input, "cannot be reversed, as it is not an array");
  if (!spend_each(input, work, kAppended)) return out_of_work();
  Json reversed = Json::array();
  for (int i = input.length() - 1; i >= 0; --i) reversed.append(input.at(i));
  return reversed;
}

bool flatten_into(const Json& container, double levels, Json& out, Work& work) {
  return each_value(container, [&](const Json& element) {
    if (!work.spend(kAppended)) return false;
    if (element.is_array() && levels > 0) return flatten_into(element, levels - 1, out, work);
    out.append(element);
    return true;
  });
}
Json flatten_by(const Json& input, const Json& levels, Work& work) {
  if (!levels.is_number() || !(levels.number() >= 0)) {
    return Json::failure("flatten depth must not be negative");
  }
  if (!input.is_container()) return wrong(input, "cannot be flattened, as it holds nothing");
  Json flat = Json::array();
  return flatten_into(input, levels.number(), flat, work) ? flat : out_of_work();
}
Json flatten(const Json& input, const Json&, Work& work) {
  return flatten_by(input, Json::number(kMaxJsonDepth), work);
}

Json to_entries(const Json& input, const Json&, Work& work) {
  if (!input.is_container()) return wrong(input, "has no entries");
  if (!work.spend(1 + 12 * static_cast<std::uint64_t>(input.length()))) return out_of_work();
  Json entries = Json::array();
  const auto add_entry = [&](Json key, Json value) {
    Json entry = Json::object();
    entry.set(Json::string("key"), std::move(key));
    entry.set(Json::string("value"), std::move(value));
    entries.append(std::move(entry));
    return true;
  };
  if (input.is_array()) {
    for (int i = 0; i < input.length(); ++i) add_entry(Json::number(i), input.at(i));
  } else {
    input.each_field(add_entry);
  }
  return entries;
}

/// The first of the fields that is there, and that is not null or false if there is a choice.
Json field_of(const Json& entry, std::span<const std::string_view> names) {
  Json found;
  for (const std::string_view name : names) {
    Json field(jv_object_get(entry.copy(), Json::string(name).take()));
    if (!field.valid()) continue;
    if (field.is_true()) return field;
    found = std::move(field);
  }
  return found;
}

Json from_entries(const Json& input, const Json&, Work& work) {
  constexpr auto kKeys = std::to_array<std::string_view>({"key", "k", "name", "Name", "Key", "K"});
  constexpr auto kValues = std::to_array<std::string_view>({"value", "v", "Value", "V"});
  if (!input.is_array()) return wrong(input, "holds no entries, as it is not an array");
  Json object = Json::object();
  for (int i = 0; i < input.length(); ++i) {
    if (!work.spend(16)) return out_of_work();
    const Json entry = input.at(i);
    if (!entry.is_object()) return wrong(entry, "is no entry, as it is not an object");
    Json key = field_of(entry, kKeys);
    if (key.is_container()) return wrong(key, "cannot be the key of an object");
    if (!key.is_string()) key = to_json_text(key, work);
    if (!work.spend(key.text().size() / 64)) return out_of_work();
    object.set(std::move(key), field_of(entry, kValues));
  }
  return object;
}

Json get_path(const Json& input, const Json& path, Work& work) {
  if (!path.is_array()) return Json::failure("Path must be specified as an array");
  Json value = input;
  for (int i = 0; i < path.length() && value.valid() && !value.is_null(); ++i) {
    if (!work.spend(1)) return out_of_work();
    value = index_value(value, path.at(i), work);
  }
  return value;
}

Json to_json(const Json& input, const Json&, Work& work) {
  return to_json_text(input, work);
}
Json to_string(const Json& input, const Json&, Work& work) {
  return format_value(Format::kText, input, work);
}

Json from_json(const Json& input, const Json&, Work& work) {
  if (!input.is_string()) return wrong(input, "only strings can be parsed");
  if (!spend_each(input, work)) return out_of_work();
  const Expected<Value> value = read_json(input.text());
  return value ? value->json : wrong(input, "is not JSON: " + value.error().message);
}

Json to_number(const Json& input, const Json&, Work& work) {
  if (input.is_number()) return input;
  if (input.is_string() && spend_each(input, work)) {
    const Expected<Value> value = read_json(input.text());
    if (value && value->json.is_number()) return value->json;
  }
  return wrong(input, "cannot be parsed as a number");
}

template <char From, char To>
Json change_case(const Json& input, const Json&, Work& work) {
  if (!input.is_string()) return wrong(input, "must be a string");
  if (!work.spend(1 + input.text().size() / 16)) return out_of_work();
  std::string text(input.text());
  for (char& c : text) {
    if (c >= From && c <= From + 25) c = static_cast<char>(c - From + To);
  }
  return Json::string(text);
}

Json explode(const Json& input, const Json&, Work& work) {
  if (!input.is_string()) return wrong(input, "cannot be exploded, as it is not a string");
  if (!work.spend(2 * input.text().size())) return out_of_work();
  return Json(jv_string_explode(input.copy()));
}

Json implode(const Json& input, const Json&, Work& work) {
  if (!input.is_array()) return wrong(input, "cannot be imploded, as it is not an array");
  if (!spend_each(input, work)) return out_of_work();
  Json text(jv_string_empty(input.length()));
  for (int i = 0; i < input.length(); ++i) {
    const Json code = input.at(i);
    const double number = code.is_number() ? code.number() : -1;
    if (!(number >= 0 && number <= 0x10FFFF) || (number >= 0xD800 && number < 0xE000))
      return wrong(code, "is no code point");
    text = Json(jv_string_append_codepoint(text.take(), static_cast<std::uint32_t>(number)));
  }
  return text;
}

Json starts_with(const Json& input, const Json& part, Work& work) {
  if (!input.is_string() || !part.is_string())
    return Json::failure("startswith() requires string inputs");
  if (!work.spend(part.text().size() / 64)) return out_of_work();
  return Json::boolean(input.text().starts_with(part.text()));
}
Json ends_with(const Json& input, const Json& part, Work& work) {
  if (!input.is_string() || !part.is_string())
    return Json::failure("endswith() requires string inputs");
  if (!work.spend(part.text().size() / 64)) return out_of_work();
  return Json::boolean(input.text().ends_with(part.text()));
}
Json trim_start(const Json& input, const Json& part, Work& work) {
  if (!input.is_string() || !part.is_string()) return input;
  if (!work.spend(input.text().size() / 16)) return out_of_work();
  if (!input.text().starts_with(part.text())) return input;
  return Json::string(input.text().substr(part.text().size()));
}
Json trim_end(const Json& input, const Json& part, Work& work) {
  if (!input.is_string() || !part.is_string()) return input;
  if (!work.spend(input.text().size() / 16)) return out_of_work();
  if (!input.text().ends_with(part.text())) return input;
  return Json::string(input.text().substr(0, input.text().size() - part.text().size()));
}

Json join(const Json& input, const Json& separator, Work& work) {
  if (!input.is_array()) return wrong(input, "cannot be joined, as it is not an array");
  if (!separator.is_string()) return wrong(separator, "cannot stand between joined strings");
  std::string text;
  for (int i = 0; i < input.length(); ++i) {
    const Json element = input.at(i);
    if (element.is_container()) return wrong(element, "cannot be joined");
    if (i > 0) text += separator.text();
    const Json piece =
        element.is_null() ? Json::string("") : format_value(Format::kText, element, work);
    if (!piece.valid() || !work.spend(1 + (separator.text().size() + piece.text().size()) / 16))
      return out_of_work();
    text += piece.text();
    if (text.size() > kMaxJsonBytes)
      return Json::failure(fmt::format("a string longer than {} bytes", kMaxJsonBytes));
  }
  return Json::string(text);
}

// In the order of names.
constexpr auto kFunctions = std::to_array<Function>({
    {"_group_by", 1, group_by},
    {"_max_by", 1, max_by},
    {"_min_by", 1, min_by},
    {"_sort_by", 1, sort_by},
    {"add", 0, add},
    {"ascii_downcase", 0, change_case<'A', 'a'>},
    {"ascii_upcase", 0, change_case<'a', 'A'>},
    {"ceil", 0, round_by<std::ceil>},
    {"contains", 1, contains_part},
    {"endswith", 1, ends_with},
    {"error", 0, error},
    {"error", 1, error_of},
    {"explode", 0, explode},
    {"fabs", 0, round_by<std::fabs>},
    {"flatten", 0, flatten},
    {"flatten", 1, flatten_by},
    {"floor", 0, round_by<std::floor>},
    {"from_entries", 0, from_entries},
    {"fromjson", 0, from_json, kMaxJsonDepth},
    {"getpath", 1, get_path},
    {"has", 1, has},
    {"implode", 0, implode},
    {"join", 1, join},
    {"keys", 0, keys},
    {"keys_unsorted", 0, keys_unsorted},
    {"length", 0, length},
    {"ltrimstr", 1, trim_start},
    {"max", 0, max},
    {"min", 0, min},
    {"not", 0, negation},
    {"reverse", 0, reverse},
    {"round", 0, round_by<std::round>},
    {"rtrimstr", 1, trim_end},
    {"sort", 0, sort},
    {"split", 1, split},
    {"sqrt", 0, round_by<std::sqrt>},
    {"startswith", 1, starts_with},
    {"to_entries", 0, to_entries},
    {"tojson", 0, to_json},
    {"tonumber", 0, to_number},
    {"tostring", 0, to_string},
    {"trunc", 0, round_by<std::trunc>},
    {"type", 0, type},
    {"utf8bytelength", 0, utf8bytelength},
});

}  // namespace

const Function* find_function(std::string_view name, int arity) {
  const auto found = std::ranges::find_if(kFunctions, [&](const Function& function) {
    return function.name == name && function.arity == arity;
  });
  return found == kFunctions.end() ? nullptr : &*found;
}

std::span<const Function> functions() {
  return kFunctions;
}

Json to_json_text(const Json& value, Work& work) {
  if (value.is_container() && weigh(value, kMaxJsonDepth, work) < 0) return out_of_work();
  std::string text;
  const bool fits = write_json(value, kMaxJsonBytes, text);
  if (!work.spend(1 + text.size() / 8)) return out_of_work();
  if (!fits) return Json::failure(fmt::format("JSON longer than {} bytes", kMaxJsonBytes));
  return Json::string(text);
}

Json index_value(const Json& value, const Json& key, Work& work) {
  if (!key.is_string() && !key.is_number()) {
    return Json::failure(fmt::format("Cannot index {} with {}", jv_kind_name(value.kind()),
                                     jv_kind_name(key.kind())));
  }
  if (key.is_string() && !work.spend(key.text().size() / 64)) return out_of_work();
  return Json(jv_get(value.copy(), key.copy()));
}

Json slice_key(const Json& from, const Json& to) {
  const auto bound = [](const Json& end) {
    // libjq asserts that it is no NaN, and casts it to int.
    if (!end.is_number() || std::isnan(end.number())) return Json();
    return Json::number(std::clamp(end.number(), -1e9, 1e9));
  };
  for (const Json* end : {&from, &to}) {
    if (!end->is_null() && !end->is_number()) {
      return Json::failure("Start and end indices of a slice must be numbers");
    }
  }
  Json key = Json::object();
  key.set(Json::string("start"), bound(from));
  key.set(Json::string("end"), bound(to));
  return key;
}

Json slice_value(const Json& value, const Json& key, Work& work) {
  // A slice shares its array, unless it begins beyond 2^16, when libjq copies it.
  constexpr int kSharedUpTo = 1 << 16;
  const std::uint64_t copied = value.is_string()               ? value.text().size() / 4
                               : value.length() >= kSharedUpTo ? value.length() / 4
                                                               : 0;
  if (!work.spend(8 + copied)) return out_of_work();
  return Json(jv_get(value.copy(), key.copy()));
}

Json split(const Json& text, const Json& separator, Work& work) {
  if (!text.is_string() || !separator.is_string())
    return Json::failure("split input and separator must be strings");
  // Pieces cost much more than bytes; there are no more than first bytes of separators.
  const std::string_view bytes = text.text();
  const std::string_view by = separator.text();
  const auto pieces = static_cast<std::uint64_t>(
      by.empty() ? std::ssize(bytes) : std::ranges::count(bytes, by.front()));
  if (!work.spend(8 + bytes.size() / 16 + 8 * pieces)) return out_of_work();
  return Json(jv_string_split(text.copy(), separator.copy()));
}

}  // namespace gnomon
