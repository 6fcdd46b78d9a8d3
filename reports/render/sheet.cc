#include "reports/render/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reports/render/palette.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

constexpr double kMargin = 24;
constexpr double kLeastWidth = 720;

constexpr std::string_view kCss =
    "text{{font-family:{0}}}.ink{{fill:{1}}}.grey{{fill:#656D76}}.rule{{stroke:#D0D7DE;fill:none}}."
    "paper{{fill:#FFF}}"
    "@media(prefers-color-scheme:dark){{.ink{{fill:#E6EDF3}}.grey{{fill:#9DA7B1}}.rule{{stroke:#"
    "3D444D}}"
    ".paper{{fill:#0D1117}}}}";

}  // namespace

Sheet::Sheet(std::string_view title, std::string_view subtitle)
    : title_(escape_xml(shorten(title, 80))), subtitle_(escape_xml(subtitle)) {}

void Sheet::legend(const std::array<std::uint32_t, kNodeStateCount>& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const auto state = static_cast<NodeState>(i);
    const Look look = look_of(state);
    legend(
        fmt::format(
            "<rect x=\"1\" y=\"0\" width=\"16\" height=\"12\" rx=\"3\" fill=\"{}\" "
            "stroke=\"{}\"{}/>"
            "<text x=\"9\" y=\"9.5\" text-anchor=\"middle\" font-size=\"10\" fill=\"{}\">{}</text>",
            look.fill, look.line, look.dashed ? " stroke-dasharray=\"2 2\"" : "", kInk, look.sign),
        fmt::format("{} {}", human_count(counts[i]), to_string(state)));
  }
}

void Sheet::legend(std::string_view swatch, std::string_view text) {
  legend_.push_back({std::string(swatch), escape_xml(text)});
}

void Sheet::legend_critical_path() {
  legend(fmt::format("<path d=\"M1 6H17\" stroke=\"{}\" stroke-width=\"3\"/>", kCritical),
         "critical path");
}

void Sheet::add(std::string_view heading, std::string_view note, Drawing drawing) {
  blocks_.push_back({escape_xml(heading), escape_xml(note), std::move(drawing)});
}

void Sheet::note(std::string_view text) {
  add("", text, {});
}

std::string Sheet::finish() const {
  double width = kLeastWidth;
  for (const Block& block : blocks_) width = std::max(width, block.drawing.width);
  // A wide sheet is looked at from further away.
  const double zoom = std::clamp(width / 1400, 1.0, 6.0);

  std::string body;
  const auto out = std::back_inserter(body);
  double y = 34;
  fmt::format_to(
      out,
      "<g transform=\"translate({0},{0}) scale({1:.2f})\"><text class=\"ink\" y=\"18\" "
      "font-size=\"20\" "
      "font-weight=\"bold\">{2}</text><text class=\"grey\" y=\"38\" font-size=\"12\">{3}</text>",
      kMargin, zoom, title_, subtitle_);
  double x = 0;
  y = 56;
  for (const Item& item : legend_) {
    const double item_width = 36 + 6.6 * static_cast<double>(display_width(item.text));
    if (x > 0 && x + item_width > width / zoom) {
      x = 0;
      y += 20;
    }
    fmt::format_to(out,
                   "<g transform=\"translate({:.1f},{:.1f})\">{}<text class=\"ink\" x=\"23\" "
                   "y=\"10\" font-size=\"12\">{}</text></g>",
                   x, y, item.swatch, item.text);
    x += item_width;
  }
  body += "</g>\n";
  y = kMargin + (y + 24) * zoom;

  for (const Block& block : blocks_) {
    if (!block.heading.empty()) {
      fmt::format_to(out,
                     "<path class=\"rule\" d=\"M{0} {1:.1f}H{2:.1f}\"/><text class=\"ink\" "
                     "x=\"{0}\" y=\"{3:.1f}\" font-size=\"{4:.1f}\" "
                     "font-weight=\"bold\">{5}</text>\n",
                     kMargin, y + 6, kMargin + width, y + 6 + 22 * zoom, 14 * zoom, block.heading);
      y += 6 + 28 * zoom;
    }
    if (!block.note.empty()) {
      fmt::format_to(out,
                     "<text class=\"grey\" x=\"{}\" y=\"{:.1f}\" font-size=\"{:.1f}\">{}</text>\n",
                     kMargin, y + 12 * zoom, 12 * zoom, block.note);
      y += 18 * zoom;
    }
    if (block.drawing.svg.empty()) continue;
    y += 8;
    const double left =
        block.drawing.width < kLeastWidth ? kMargin : kMargin + (width - block.drawing.width) / 2;
    fmt::format_to(out, "<g transform=\"translate({:.1f},{:.1f})\">\n{}</g>\n", left, y,
                   block.drawing.svg);
    y += block.drawing.height + 16;
  }
  width += 2 * kMargin;
  y += kMargin / 2;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 "
      "0 {0:.0f} {1:.0f}\">\n"
      "<style>{2}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n{3}</svg>\n",
      width, y, fmt::format(kCss, kFonts, kInk), body);
}

}  // namespace gnomon::reports
