#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "adapters/sqlite/record_reader.h"
#include "engine/base/error.h"
#include "engine/model/definition.h"
#include "reports/view/run_view.h"

namespace gnomon::reports {

/// Makes a definition from the text that a record keeps of it (Definition::source). The language
/// that the text is written in is no business of reports, so whoever calls brings this.
using DecodeDefinition =
    std::function<Expected<DefinitionPtr>(std::string_view name, std::string_view json)>;

/// Reads a whole record. A definition whose text is not there (it was built by a program) becomes a
/// graph without edges, of nodes named by their numbers. What does not fit together is an error
/// (kInvalid), in the user's words.
Expected<RunView> read_run(adapters::RecordReader& reader, const DecodeDefinition& decode);
Expected<RunView> read_run(const std::string& path, const DecodeDefinition& decode);

/// What reports need of a definition; runtimes that it names are added to `run`.
Graph graph_of(const Definition& definition, RunView& run);

}  // namespace gnomon::reports
