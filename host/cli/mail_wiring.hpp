// What joins identity to the mail service and to the records of users.
#pragma once

#include "host/entities/engine.hpp"
#include "host/modules/registry.hpp"
#include "host/services/identity/admission/notice.hpp"
#include "host/services/identity/admission/record_writer.hpp"
#include "host/services/identity/users.hpp"
#include "host/services/mail/mail.hpp"

namespace opsflux::cli {

// Queues what identity has a person told, in that person's language.
Result<void> mail_notice(mail::Mail& mail, store::Transaction& transaction, const identity::Notice& notice);

// What an SMS says, in that language.
std::string sms_text(const i18n::Catalog& catalog, std::string_view language, std::string_view key,
                     std::string_view code);

// Makes the record of somebody who accepted an invitation, on behalf of who invited him. Gives its id.
Result<std::string> make_person(entities::Engine& engine, std::shared_ptr<const modules::Registry> registry,
                                store::Transaction& transaction, const identity::User& user,
                                std::string_view by);

// Writes records of the catalogue that holds then.
identity::RecordWriter record_writer(entities::Engine& engine,
                                     std::function<std::shared_ptr<const modules::Registry>()> registry);

}  // namespace opsflux::cli
