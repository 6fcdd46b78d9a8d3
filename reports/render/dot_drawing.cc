#include "reports/render/dot_drawing.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string>

namespace gnomon::reports {
namespace {

/// The number after `position` spaces in `text`.
double number_at(std::string_view text, int position) {
  for (; position > 0; --position) text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
  return std::strtod(std::string(text.substr(0, 24)).c_str(), nullptr);
}

/// The value of attribute `name` in `tag`.
std::string_view attribute(std::string_view tag, std::string_view name) {
  const std::string begin = fmt::format(" {}=\"", name);
  const std::size_t at = tag.find(begin);
  if (at == std::string_view::npos) return {};
  tag.remove_prefix(at + begin.size());
  return tag.substr(0, tag.find('"'));
}

void append_without_id(std::string& out, std::string_view tag) {
  const std::size_t at = tag.find(" id=\"");
  if (at == std::string_view::npos) {
    out += tag;
    return;
  }
  const std::size_t end = tag.find('"', at + 5);
  out += tag.substr(0, at);
  out += tag.substr(end + 1);
}

}  // namespace

Expected<Drawing> adopt_dot_svg(std::string_view svg) {
  const std::size_t begin = svg.find("<svg");
  const std::size_t open_end = begin == std::string_view::npos ? begin : svg.find('>', begin);
  const std::size_t close = svg.rfind("</svg>");
  if (open_end == std::string_view::npos || close == std::string_view::npos || close < open_end) {
    return fail(ErrorKind::kDidNotHappen, "dot wrote something that is no SVG");
  }
  const std::string_view box = attribute(svg.substr(begin, open_end - begin), "viewBox");
  Drawing drawing;
  drawing.width = number_at(box, 2);
  drawing.height = number_at(box, 3);

  std::string_view rest = svg.substr(open_end + 1, close - open_end - 1);
  drawing.svg.reserve(rest.size());
  while (!rest.empty()) {
    const std::size_t tag_begin = rest.find('<');
    if (tag_begin == std::string_view::npos) break;
    drawing.svg += rest.substr(0, tag_begin);
    rest.remove_prefix(tag_begin);
    const std::string_view end_mark = rest.starts_with("<!--")      ? "-->"
                                      : rest.starts_with("<title>") ? "</title>"
                                                                    : ">";
    const std::size_t tag_end = rest.find(end_mark);
    if (tag_end == std::string_view::npos) break;
    const std::string_view tag = rest.substr(0, tag_end + end_mark.size());
    rest.remove_prefix(tag.size());
    if (tag.starts_with("<!--") || tag.starts_with("<title>")) {
      if (rest.starts_with('\n')) rest.remove_prefix(1);
    } else if (tag.starts_with("<a ")) {
      drawing.svg += fmt::format("<g><title>{}</title>", attribute(tag, "xlink:title"));
    } else if (tag == "</a>") {
      drawing.svg += "</g>";
    } else {
      append_without_id(drawing.svg, tag);
    }
  }
  return drawing;
}

Expected<Drawing> draw_with_dot(std::string_view graph, const DotLimits& limits) {
  const Expected<std::string> svg = run_dot(graph, limits);
  if (!svg) return std::unexpected(svg.error());
  return adopt_dot_svg(*svg);
}

}  // namespace gnomon::reports
