// Jobs: durable work in the background, declared under "jobs" in the manifest.
#pragma once

#include "opsflux/context.hpp"

namespace opsflux {

// A run that a job's function is called for: at least once, like events. Throw, and it comes again later.
struct Job {
  std::string id;             // the same in every attempt
  std::string payload;        // JSON, as given to enqueue
  std::uint32_t attempt = 1;  // 1 for the first run

  Json data() const { return Json::parse(payload).value_or(Json()); }
};

class Jobs {
 public:
  explicit Jobs(const Context& context) : context_(context) {}

  // Stores a run of a declared job, in the transaction of the hook where there is one, and gives its id. It
  // runs for the same caller, not before `not_before`.
  std::string enqueue(std::string_view job, const Json& payload = Json::object(),
                      Timestamp not_before = {}) const {
    const auto& services = context_.services();
    const std::string text = payload.dump();
    opf_str id{};
    detail::check(services, context_.handle(),
                  services.job->enqueue(context_.handle(), detail::lend(job), detail::lend(text),
                                        not_before.time_since_epoch().count(), &id));
    return std::string(detail::view(id));
  }

 private:
  const Context& context_;
};

inline Jobs Context::jobs() const { return Jobs(*this); }

}  // namespace opsflux
