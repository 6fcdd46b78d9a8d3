#pragma once

#include <string_view>

#include "engine/base/error.h"
#include "reports/render/dot_program.h"
#include "reports/render/sheet.h"

namespace gnomon::reports {

/// What dot makes of `graph`, as a part of a larger SVG: without its frame and its element ids, and
/// with tooltips in the form that every viewer shows.
Expected<Drawing> draw_with_dot(std::string_view graph, const DotLimits& limits = {});

/// The same for SVG that dot has written already.
Expected<Drawing> adopt_dot_svg(std::string_view svg);

}  // namespace gnomon::reports
