#include "host/entities/expression/sql.hpp"

#include "host/base/text.hpp"
#include "host/entities/expression/sql_writer.hpp"

namespace opsflux::expression {

void SqlFragment::append_to(std::vector<store::Value>& values) const {
  for (const SqlValue& param : params)
    values.push_back(std::visit(
        [](const auto& value) -> store::Value {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
            return std::string_view(value);
          else
            return value;
        },
        param));
}

Result<SqlFragment> to_sql(const Source& source, const Tree& tree, store::Dialect dialect,
                           int first_parameter, const Context& context, bool unindexed) {
  if (tree.at(tree.root).type.type != Type::kBool)
    return fail(source.wrong_type(0, "A condition is needed here"));
  return SqlWriter(source, tree, dialect, first_parameter, context, unindexed).run();
}

}  // namespace opsflux::expression
