// Events for the server's log: a name and fields, not prose.
//
//   ctx.log().info("company.checked", {{"siret", siret}, {"took_ms", 3}});
#pragma once

#include <initializer_list>

#include "opsflux/detail/services.hpp"

namespace opsflux {

// Copyable; from any thread, as long as the module lives. The host writes "<module>.<event>" and adds the
// trace id of the call. Never fails.
class Log {
 public:
  explicit Log(const detail::Services& services) : services_(&services) {}

  void debug(std::string_view event, const Fields& fields = {}) const { write(OPF_LOG_DEBUG, event, fields); }
  void info(std::string_view event, const Fields& fields = {}) const { write(OPF_LOG_INFO, event, fields); }
  void warn(std::string_view event, const Fields& fields = {}) const { write(OPF_LOG_WARN, event, fields); }
  void error(std::string_view event, const Fields& fields = {}) const { write(OPF_LOG_ERROR, event, fields); }

 private:
  void write(std::uint32_t level, std::string_view event, const Fields& fields) const {
    const auto* core = services_->core.get();
    if (!core) return;
    const auto lent = detail::lend(fields);
    core->log(services_->instance, level, detail::lend(event), lent.data(), lent.size());
  }

  const detail::Services* services_;
};

}  // namespace opsflux
