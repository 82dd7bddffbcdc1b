// How deep SQL is nested, as SQLite's parser counts it.
#pragma once

#include <string_view>

namespace opsflux::expression {

// SQLite's parser keeps at most 100 symbols on its stack (YYSTACKDEPTH) and refuses deeper statements as
// "parser stack overflow". This is an upper estimate of what a generated condition takes; a statement
// around it needs some twenty of its own.
inline constexpr int kMaxParserSymbols = 75;

int parser_symbols(std::string_view sql);

}  // namespace opsflux::expression
