#pragma once

#include <optional>
#include <string>

#include "reports/text/style.h"
#include "reports/view/run_view.h"
#include "scenarios/runner/run.h"

namespace gnomon::cli {

/// A finished run, as it is told to the user.
struct RunOutput {
  const scenarios::Scenario& scenario;
  const scenarios::RunOptions& options;
  const scenarios::RunReport& report;
  Duration wall{};
  std::optional<reports::RunView> record;  ///< as it was written, if it was
  std::string picture;                     ///< path of the picture, "" if there is none
};

std::string to_text(const RunOutput& output, const reports::Style& style);
/// Versioned: {"format": "gnomon.run/1", ...}.
std::string to_json(const RunOutput& output);

/// Draws the workflow of the run that is worth a look (choose_workflow) to `path` ("": the record's
/// name with .svg). Gives the path, or "" if there was nothing to draw.
std::string draw(const reports::RunView& run, const std::string& record, std::string path);

}  // namespace gnomon::cli
