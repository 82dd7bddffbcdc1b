// One call: for whom it is made, until when, in which transaction, and the way to the host's services.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsflux/log.hpp"

namespace opsflux {

class Db;
class Entities;
class Events;
class Jobs;

// The user a call is made for. Services check this user's rights, whatever the module does.
struct Caller {
  bool is_system = false;  // the host itself, with every right
  std::string user_id;     // empty when nobody is signed in
  std::string name;
  std::string role;
  std::string language;      // "fr", "en", "es" or "pt"
  std::string company = {};  // the identifier of the company that he acts for; empty: none
  // Of all companies whose records are his by the scope "company". What a module asks its own tables for by
  // itself, it has to narrow by these: the host judges entities only.
  std::vector<std::string> companies = {};
};

// Valid during the call that it is given to, on that call's thread; keep neither it nor what it gives.
// Every member that reaches the host throws HostError when the host refuses.
class Context {
 public:
  Context(const detail::Services& services, opf_ctx ctx) : services_(services), ctx_(ctx) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Caller caller() const {
    opf_caller caller{};
    caller.struct_size = sizeof caller;
    detail::check(services_, ctx_, services_.core->caller(ctx_, &caller));
    return {caller.is_system != 0,
            std::string(detail::view(caller.user_id)),
            std::string(detail::view(caller.name)),
            std::string(detail::view(caller.role)),
            std::string(detail::view(caller.language)),
            std::string(detail::view(caller.company)),
            listed(detail::view(caller.companies))};
  }

  // The host's clock: use it instead of the system's, so that tests can set it.
  Timestamp now() const {
    return Timestamp(std::chrono::nanoseconds(services_.core->now(services_.instance)));
  }
  Date today() const { return std::chrono::floor<std::chrono::days>(now()); }

  // By when the call should have returned.
  std::optional<Timestamp> deadline() const {
    const std::int64_t at = services_.core->deadline(ctx_);
    return at == 0 ? std::nullopt : std::optional(Timestamp(std::chrono::nanoseconds(at)));
  }
  // Whether nobody waits for the result any more; ask in long loops.
  bool cancelled() const { return services_.core->cancelled(ctx_) != 0; }

  // A new UUIDv7.
  std::string new_id() const {
    opf_str id{};
    detail::check(services_, ctx_, services_.core->new_id(ctx_, &id));
    return std::string(detail::view(id));
  }

  // The value of a setting that the manifest declares, or its default: setting<std::int64_t>("review_days").
  template <class T>
  T setting(std::string_view key) const {
    opf_value value{};
    detail::check(services_, ctx_, services_.core->setting(ctx_, detail::lend(key), &value));
    return detail::value_as<T>(value);
  }

  // Whether a feature flag is on for the caller. A name without a dot is one of the module's own: "new_map"
  // of the module fleet is "fleet.new_map". A flag that nobody made is off, and so are all on a host without
  // flags.
  bool flag(std::string_view name) const {
    const opf_core_v1* core = services_.core.get();
    if (core == nullptr || !OPF_HAS(core, flag)) return false;
    std::uint32_t on = 0;
    detail::check(services_, ctx_, core->flag(ctx_, detail::lend(name), &on));
    return on != 0;
  }

  // The text of a key of the module's i18n files in the caller's language, with {name} replaced.
  std::string text(std::string_view key, const Fields& params = {}) const {
    const auto lent = detail::lend(params);
    opf_str text{};
    detail::check(services_, ctx_,
                  services_.i18n->text(ctx_, detail::lend(key), lent.data(), lent.size(), &text));
    return std::string(detail::view(text));
  }

  Log log() const { return Log(services_); }
  Entities entities() const;  // entities.hpp: records, with the caller's rights
  Events events() const;      // events.hpp: the module's own events
  Jobs jobs() const;          // jobs.hpp: durable work in the background
  Db db() const;              // db.hpp: SQL on the module's own tables

  const detail::Services& services() const { return services_; }  // for the wrapper itself
  opf_ctx handle() const { return ctx_; }

 private:
  static std::vector<std::string> listed(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\x1f'), text.size());
      out.emplace_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }

  const detail::Services& services_;
  opf_ctx ctx_;
};

}  // namespace opsflux
