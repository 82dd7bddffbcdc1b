#include "host/services/identity/factors/enrolment.hpp"

#include <algorithm>

#include "host/base/json_writer.hpp"
#include "host/base/secret_box.hpp"
#include "host/services/identity/factors/qr.hpp"
#include "host/services/identity/factors/totp.hpp"

namespace opsflux::identity {

using Parts = Identity::Parts;

Result<const SecretBox*> box_of(const Parts& parts) {
  if (parts.options.box != nullptr) return parts.options.box;
  return fail(Error::unavailable("identity.no_secret_box",
                                 "This server has no key for secrets, so there are no second factors."));
}

Result<std::string> enrolment_json(const Parts& parts, const User& user, std::string_view secret,
                                   std::string_view id) {
  const std::string uri = totp_uri(parts.options.rules().factors.issuer, user.email, secret);
  TRY_ASSIGN(shape, qr_shape(uri));
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  if (!id.empty()) json.key("id").string(id);
  json.key("secret").string(to_base32(secret)).key("uri").string(uri);
  json.key("qr").begin_object().key("size").number(static_cast<std::int64_t>(shape.size));
  json.key("path").string(shape.path).end_object().end_object();
  return out;
}

Result<void> with_backup_codes(Parts& parts, std::function<void(Result<BackupCodes>)> done) {
  return parts.passwords->run(
      [options = parts.options.passwords, done = std::move(done)] { done(make_backup_codes(options)); });
}

Result<void> tell_factor(const Parts& parts, store::Transaction& transaction, const http::Request& request,
                         std::string_view action, const User& user, std::string_view by) {
  AuthEvent event = event_of(request, action);
  event.user_id = user.id;
  event.email = user.email;
  event.by = by;
  if (by == request.caller().user_id) event.session_id = request.caller().session_id;
  parts.tell(transaction, event);
  std::string kind(action);
  std::replace(kind.begin(), kind.end(), '.', '_');
  return parts.notify(transaction, user, std::move(kind));
}

std::string codes_json(const std::vector<std::string>& codes) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("backup_codes").begin_array();
  for (const std::string& code : codes) json.string(code);
  json.end_array().end_object();
  return out;
}

Error factor_missing() {
  return Error::not_found("identity.factor_missing",
                          "There is no such second factor. It may have been removed meanwhile.");
}

void write(Parts& parts, http::Exchange exchange, store::WriteWork work,
           std::function<http::Response()> respond) {
  parts.write(std::move(work), [exchange, respond = std::move(respond)](Result<void> result) mutable {
    if (!result)
      exchange.fail(result.error());
    else
      exchange.respond(respond());
  });
}

}  // namespace opsflux::identity
