#include "adapters/sqlite/event_batch.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/base/ensure.h"
#include "engine/model/policy.h"

namespace gnomon::adapters {
namespace {

constexpr std::size_t kMaxNumberBytes = 20;
constexpr std::size_t kNumbers = 8;                                           // before the text
constexpr std::size_t kMaxEventBytes = kNumbers * (kMaxNumberBytes + 1) + 8;  // without its text
constexpr std::size_t kGrowth = 64 * kMaxEventBytes;

char* put_number(char* out, std::int64_t value) {
  if (value >= 0 && value < 10) {  // most of them
    *out = static_cast<char>('0' + value);
    return out + 1;
  }
  return std::to_chars(out, out + kMaxNumberBytes, value).ptr;
}

// Wrapping, so that any two instants will do.
std::int64_t since(Instant base, Instant at) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to_ns(at)) -
                                   static_cast<std::uint64_t>(to_ns(base)));
}
Instant after(Instant base, std::int64_t since) {
  return from_ns(static_cast<std::int64_t>(static_cast<std::uint64_t>(to_ns(base)) +
                                           static_cast<std::uint64_t>(since)));
}

char* put_null(char* out) {
  return std::copy_n("null", 4, out);
}

void append_string(std::string& body, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  body += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      body += '\\';
      body += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      body += "\\u00";
      body += kHex[static_cast<unsigned char>(c) >> 4];
      body += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      body += c;
    }
  }
  body += '"';
}

/// The event's array but for its text and its closing bracket.
char* put_event(char* out, const Event& event, Instant base) {
  const bool has_text = !event.text.empty();
  *out++ = '[';
  out = put_number(out, since(base, event.at));
  *out++ = ',';
  out = put_number(out, static_cast<std::int64_t>(event.kind));
  // How many numbers are needed up to the last that says something.
  int count = 2;
  if (event.workflow != WorkflowId::kNone) count = 3;
  if (event.node != kNoNode) count = 4;
  if (event.attempt != 0) count = 5;
  if (event.outcome != 0) count = 6;
  if (event.error_class != 0) count = 7;
  if (event.detail != 0) count = 8;
  if (has_text) count = 8;
  if (count > 2) {
    *out++ = ',';
    const auto number =
        static_cast<std::int64_t>(value_of(event.workflow) - (std::uint64_t{event.shard} << 48));
    out = event.workflow == WorkflowId::kNone ? put_null(out) : put_number(out, number);
  }
  if (count > 3) {
    *out++ = ',';
    out = event.node == kNoNode ? put_null(out) : put_number(out, event.node);
  }
  const std::int64_t rest[] = {event.attempt, event.outcome, event.error_class, event.detail};
  for (int i = 4; i < count; ++i) {
    *out++ = ',';
    out = put_number(out, rest[i - 4]);
  }
  return out;
}

/// Reads the very JSON that is written above, and nothing more general.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool at_end() const { return at_ == end_; }
  bool take_null() {
    if (end_ - at_ < 4 || std::string_view{at_, 4} != "null") return false;
    at_ += 4;
    return true;
  }
  template <typename Int>
  bool take_number(Int& value) {
    const auto [next, error] = std::from_chars(at_, end_, value);
    if (error != std::errc{}) return false;
    at_ = next;
    return true;
  }
  bool take_string(std::string& text) {
    text.clear();
    if (!take('"')) return false;
    while (at_ != end_ && *at_ != '"') {
      if (*at_ != '\\') {
        text += *at_++;
        continue;
      }
      if (end_ - at_ < 2) return false;
      if (at_[1] == 'u') {
        unsigned code = 0;
        if (end_ - at_ < 6) return false;
        const auto [next, error] = std::from_chars(at_ + 2, at_ + 6, code, 16);
        if (error != std::errc{} || next != at_ + 6 || code > 0x7f) return false;
        text += static_cast<char>(code);
        at_ += 6;
      } else {
        text += at_[1];
        at_ += 2;
      }
    }
    return take('"');
  }

 private:
  const char* at_;
  const char* end_;
};

bool read_event(Scanner& in, const EventBatch& batch, std::string& text, Event& event) {
  std::int64_t delay = 0;
  std::uint8_t kind = 0;
  if (!in.take('[') || !in.take_number(delay) || !in.take(',') || !in.take_number(kind)) {
    return false;
  }
  if (kind >= kEventKindCount) return false;
  event.at = after(batch.at, delay);
  event.kind = static_cast<EventKind>(kind);
  if (in.take(']')) return true;
  std::int64_t number = 0;
  if (!in.take(',')) return false;
  if (!in.take_null()) {
    if (!in.take_number(number)) return false;
    event.workflow =
        WorkflowId{(std::uint64_t{event.shard} << 48) + static_cast<std::uint64_t>(number)};
  }
  if (in.take(']')) return true;
  if (!in.take(',') || (!in.take_null() && !in.take_number(event.node))) return false;
  if (in.take(']')) return true;
  if (!in.take(',') || !in.take_number(event.attempt)) return false;
  if (in.take(']')) return true;
  if (!in.take(',') || !in.take_number(event.outcome)) return false;
  if (event.outcome > static_cast<std::uint8_t>(Outcome::kSkipped)) return false;
  if (in.take(']')) return true;
  if (!in.take(',') || !in.take_number(event.error_class)) return false;
  if (event.error_class >= kErrorClassCount) return false;
  if (in.take(']')) return true;
  if (!in.take(',') || !in.take_number(event.detail)) return false;
  if (in.take(']')) return true;
  if (!in.take(',') || !in.take_string(text)) return false;
  event.text = Payload{text};
  return in.take(']');
}

}  // namespace

std::size_t batch_length(std::span<const Event> events) {
  std::size_t length = 1;
  while (length < events.size() && events[length].shard == events[0].shard &&
         events[length].sequence == events[0].sequence + length) {
    ++length;
  }
  return length;
}

EventBatch write_batch(std::span<const Event> events, std::string& body) {
  ENSURE(!events.empty(), "an empty batch");
  EventBatch batch{event_id(events[0].shard, events[0].sequence), events.back().sequence,
                   events[0].at, events[0].at};
  for (const Event& event : events) {
    batch.at = std::min(batch.at, event.at);
    batch.until = std::max(batch.until, event.at);
  }
  // Numbers go straight into the buffer, which is grown ahead of them and cut to length at the end.
  std::size_t used = 1;
  body.assign(1, '[');
  for (const Event& event : events) {
    if (body.size() - used < kMaxEventBytes) body.resize(used + kGrowth);
    char* const begin = body.data() + used;
    used += static_cast<std::size_t>(put_event(begin, event, batch.at) - begin);
    if (!event.text.empty()) {
      body.resize(used);
      body += ',';
      append_string(body, event.text.text());
      used = body.size();
      body.resize(used + kMaxEventBytes);
    }
    body[used++] = ']';
    body[used++] = ',';
  }
  body[used - 1] = ']';
  body.resize(used);
  return batch;
}

bool read_batch(const EventBatch& batch, std::string_view body,
                const std::function<bool(Event&&)>& take) {
  Scanner in(body);
  const auto first = static_cast<std::uint64_t>(batch.id);
  std::uint64_t sequence = first & ((std::uint64_t{1} << 48) - 1);
  std::string text;
  if (!in.take('[')) return false;
  do {
    Event event;
    event.shard = static_cast<ShardId>(first >> 48);
    event.sequence = sequence++;
    if (!read_event(in, batch, text, event)) return false;
    if (!take(std::move(event))) return true;
  } while (in.take(','));
  return in.take(']') && in.at_end() && sequence == batch.last + 1;
}

}  // namespace gnomon::adapters
