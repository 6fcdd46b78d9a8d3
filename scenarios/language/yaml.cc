#include "scenarios/language/yaml.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

namespace gnomon::scenarios {
namespace {

constexpr std::size_t kMaxTags = 16;

/// Stops the reading; the reason has been told.
struct Broken {};

/// Owns a libyaml event.
class YamlEvent {
 public:
  YamlEvent() : event_{} {}
  YamlEvent(const YamlEvent&) = delete;
  YamlEvent& operator=(const YamlEvent&) = delete;
  ~YamlEvent() { yaml_event_delete(&event_); }
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_;
};

std::string_view to_view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

/// The UTF-16 unit of an escape such as \\ud83d at the beginning of `text`; 0 if there is none.
std::uint32_t escaped_unit(std::string_view text) {
  std::uint32_t unit = 0;
  if (text.size() < 6 || !text.starts_with("\\u")) return 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return error == std::errc{} && end == text.data() + 6 ? unit : 0;
}

/// JSON writes characters beyond 16 bits as two escapes, YAML as one.
std::string with_yaml_escapes(std::string_view json) {
  std::string yaml;
  yaml.reserve(json.size());
  while (!json.empty()) {
    const std::size_t plain = std::min(json.find('\\'), json.size());
    yaml += json.substr(0, plain);
    json.remove_prefix(plain);
    const std::uint32_t high = escaped_unit(json);
    const std::uint32_t low = high == 0 ? 0 : escaped_unit(json.substr(6));
    if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
      yaml += fmt::format("\\U{:08x}", 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
      json.remove_prefix(12);
    } else {
      yaml += json.substr(0, 2);
      json.remove_prefix(std::min<std::size_t>(2, json.size()));
    }
  }
  return yaml;
}

bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

class YamlReader {
 public:
  YamlReader(std::uint16_t source, Diagnostics& diagnostics, YamlBudget& budget)
      : source_(source), diagnostics_(diagnostics), budget_(budget) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    text_ = diagnostics.source_text(source);
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    if (is_json(text_) && text_.find("\\u") != std::string_view::npos) {
      rewritten_ = with_yaml_escapes(text_);
      text_ = rewritten_;
    }
    line_count_ = static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n')) +
                  (text_.empty() || text_.ends_with('\n') ? 0 : 1);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text_.data()),
                                 text_.size());
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;
  ~YamlReader() { yaml_parser_delete(&parser_); }

  Value read() {
    if (text_.size() > budget_.bytes) stop({source_, 0, 0}, "the text is too long");
    budget_.bytes -= text_.size();
    check_directives();
    expect(YAML_STREAM_START_EVENT);
    YamlEvent event;
    next(event);
    if (event->type == YAML_STREAM_END_EVENT) {
      Value nothing;
      nothing.place = {source_, 1, 1};
      return nothing;
    }
    Value root = read_value(0);
    expect(YAML_DOCUMENT_END_EVENT);
    YamlEvent last;
    next(last);
    if (last->type != YAML_STREAM_END_EVENT)
      stop(place_of(last->start_mark), "there is a second document");
    return root;
  }

 private:
  [[noreturn]] void stop(Place place, std::string message) {
    diagnostics_.error(place, std::move(message));
    throw Broken{};
  }

  /// libyaml sees the end of a text at the beginning of a line that is not there; then it is the
  /// end of the last one.
  Place place_of(const yaml_mark_t& mark) const {
    if (mark.line >= line_count_)
      return place_of_byte(text_.size() - (text_.ends_with('\n') ? 1 : 0));
    return {source_, static_cast<std::uint32_t>(mark.line + 1),
            static_cast<std::uint32_t>(mark.column + 1)};
  }

  Place place_of_byte(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::string_view line = before.substr(line_begin);
    const auto characters = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    return {source_, static_cast<std::uint32_t>(lines + 1),
            static_cast<std::uint32_t>(characters + 1)};
  }

  /// libyaml compares each %TAG with all before it.
  void check_directives() {
    std::size_t count = 0;
    for (std::size_t at = text_.find("%TAG"); at != std::string_view::npos;
         at = text_.find("%TAG", at + 1)) {
      if (at > 0 && text_[at - 1] != '\n' && text_[at - 1] != '\r') continue;
      if (++count > kMaxTags) stop(place_of_byte(at), "there are too many %TAG directives");
    }
  }

  void next(YamlEvent& event) {
    if (yaml_parser_parse(&parser_, event.get()) != 0) return;
    const std::string_view problem = parser_.problem == nullptr ? "it is no YAML" : parser_.problem;
    if (parser_.error == YAML_READER_ERROR)
      stop(place_of_byte(parser_.problem_offset), std::string(problem));
    if (parser_.context == nullptr) stop(place_of(parser_.problem_mark), std::string(problem));
    stop(place_of(parser_.problem_mark), fmt::format("{} {} in line {}", problem, parser_.context,
                                                     place_of(parser_.context_mark).line));
  }

  void expect(yaml_event_type_t type) {
    YamlEvent event;
    next(event);
    if (event->type != type) stop(place_of(event->start_mark), "it is no YAML document");
  }

  void check_depth(Place place, unsigned depth) {
    if (depth > kMaxYamlDepth)
      stop(place, fmt::format("values are nested more than {} deep", kMaxYamlDepth));
  }

  void charge(Place place, std::size_t values, std::size_t bytes) {
    if (values > budget_.values) stop(place, "there are too many values");
    if (bytes > budget_.expanded_bytes) stop(place, "the aliases expand to too much text");
    budget_.values -= values;
    budget_.expanded_bytes -= bytes;
  }

  Value read_value(unsigned depth) {
    YamlEvent event;
    next(event);
    return read_value(event, depth);
  }

  Value read_value(YamlEvent& event, unsigned depth) {
    const Place place = place_of(event->start_mark);
    check_depth(place, depth);
    Value value;
    std::string anchor;
    switch (event->type) {
      case YAML_ALIAS_EVENT:
        return alias(to_view(event->data.alias.anchor), place, depth);
      case YAML_SCALAR_EVENT:
        value = scalar(event->data.scalar, place);
        anchor = to_view(event->data.scalar.anchor);
        break;
      case YAML_SEQUENCE_START_EVENT:
        check_tag(event->data.sequence_start.tag, place);
        anchor = to_view(event->data.sequence_start.anchor);
        value = list(place, depth);
        break;
      case YAML_MAPPING_START_EVENT:
        check_tag(event->data.mapping_start.tag, place);
        anchor = to_view(event->data.mapping_start.anchor);
        value = map(place, depth);
        break;
      default:
        stop(place, "it is no YAML value");
    }
    if (!anchor.empty()) anchor_value(std::move(anchor), value);
    return value;
  }

  Value scalar(const auto& data, Place place) {
    Value value;
    value.place = place;
    value.text.assign(reinterpret_cast<const char*>(data.value), data.length);
    charge(place, 1, data.length);
    const std::string_view tag = to_view(data.tag);
    const bool plain = data.style == YAML_PLAIN_SCALAR_STYLE && tag.empty();
    value.kind = plain ? kind_of_plain(value.text) : ValueKind::kString;
    if (tag != "!" && tag != YAML_STR_TAG) check_tag(data.tag, place);
    return value;
  }

  void check_tag(const yaml_char_t* tag, Place place) {
    if (tag != nullptr) stop(place, fmt::format("the tag '{}' is not known", to_view(tag)));
  }

  Value list(Place place, unsigned depth) {
    Value value = Value::list({});
    value.place = place;
    charge(place, 1, 0);
    while (true) {
      YamlEvent event;
      next(event);
      if (event->type == YAML_SEQUENCE_END_EVENT) return value;
      value.items.push_back(read_value(event, depth + 1));
    }
  }

  Value map(Place place, unsigned depth) {
    Value value = Value::map({});
    value.place = place;
    charge(place, 1, 0);
    while (true) {
      YamlEvent event;
      next(event);
      if (event->type == YAML_MAPPING_END_EVENT) break;
      Value key = read_value(event, depth + 1);
      if (!key.is_scalar()) stop(key.place, fmt::format("a key cannot be {}", to_string(key.kind)));
      Value item = read_value(depth + 1);
      value.members.push_back({std::move(key.text), key.place, std::move(item)});
    }
    check_unique(value);
    return value;
  }

  /// Later ones of equal keys are told and left out.
  void check_unique(Value& map) {
    std::unordered_map<std::string_view, std::uint32_t> lines;
    lines.reserve(map.members.size());
    for (const Member& member : map.members) {
      const auto [first, is_new] = lines.emplace(member.key, member.place.line);
      if (is_new) continue;
      diagnostics_.error(member.place, fmt::format("key '{}' stands already in line {}", member.key,
                                                   first->second));
    }
    if (lines.size() == map.members.size()) return;
    std::vector<Member> unique;
    for (Member& member : map.members) {
      if (lines.erase(member.key) > 0) unique.push_back(std::move(member));
    }
    map.members = std::move(unique);
  }

  struct Anchored {
    Value value;
    std::size_t values;
    std::size_t bytes;
    unsigned depth;
  };

  void anchor_value(std::string name, const Value& value) {
    Anchored anchored{value, 0, 0, 0};
    measure(value, 0, anchored);
    charge(value.place, anchored.values, anchored.bytes);  // the copy kept for aliases
    anchors_.insert_or_assign(std::move(name), std::move(anchored));
  }

  static void measure(const Value& value, unsigned depth, Anchored& sum) {
    ++sum.values;
    sum.bytes += value.text.size();
    sum.depth = std::max(sum.depth, depth);
    for (const Value& item : value.items) measure(item, depth + 1, sum);
    for (const Member& member : value.members) {
      sum.bytes += member.key.size();
      measure(member.value, depth + 1, sum);
    }
  }

  Value alias(std::string_view name, Place place, unsigned depth) {
    const auto found = anchors_.find(name);
    if (found == anchors_.end())
      stop(place, fmt::format("there is no anchor '&{}' before this alias", name));
    check_depth(place, depth + found->second.depth);
    charge(place, found->second.values, found->second.bytes);
    return found->second.value;
  }

  std::uint16_t source_;
  Diagnostics& diagnostics_;
  YamlBudget& budget_;
  std::string_view text_;
  std::string rewritten_;
  std::size_t line_count_ = 0;
  yaml_parser_t parser_{};
  std::map<std::string, Anchored, std::less<>> anchors_;
};

}  // namespace

std::optional<Value> read_yaml(std::uint16_t source, Diagnostics& diagnostics, YamlBudget& budget) {
  try {
    return YamlReader(source, diagnostics, budget).read();
  } catch (const Broken&) {
    return std::nullopt;
  }
}

}  // namespace gnomon::scenarios
