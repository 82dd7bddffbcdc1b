#include "tests/fuzz/targets.hpp"

#include <cstdlib>

#include "host/base/cidr.hpp"
#include "host/http/forwarded.hpp"
#include "host/package/elf.hpp"
#include "host/package/json_schema.hpp"
#include "host/package/package.hpp"
#include "host/package/signatures.hpp"
#include "host/package/trust_store.hpp"
#include "host/package/verify.hpp"
#include "host/services/identity/rights/role_file_reader.hpp"

namespace opsflux::fuzz {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

// An error that a person is to read has a code and a sentence.
template <class T>
void require_explained(const Result<T>& result) {
  if (!result)
    require(!result.error().code.empty() && !result.error().message.empty() &&
            is_utf8(result.error().message));
}

// Small enough that a bomb shows as a failure of the limits and not as a slow input.
constexpr package::ZipLimits kLimits{.max_file_bytes = 1 << 20,
                                     .max_entry_bytes = 1 << 20,
                                     .max_total_bytes = 4 << 20,
                                     .max_entries = 64,
                                     .ratio_floor = 64 << 10};

}  // namespace

void package(std::string_view bytes) {
  const auto archive = package::ZipArchive::open(package::ByteSource::of_bytes(std::string(bytes)), kLimits);
  require_explained(archive);
  if (!archive) return;
  std::uint64_t total = 0;
  for (const package::ZipEntry& entry : archive->entries()) {
    require(package::check_entry_name(entry.name, kLimits).has_value());
    require(archive->find(entry.name) == &entry);
    const auto content = archive->read(entry);
    require_explained(content);
    if (content) require(content->size() == entry.size);
    total += entry.packed_size + entry.name.size();
  }
  require(total <= bytes.size());
  const auto opened = package::Package::open_bytes(std::string(bytes), kLimits);
  require_explained(opened);
  if (!opened) return;
  require_explained(opened->check_content());
  require(!package::verify(*opened, package::TrustStore()).has_value());  // nobody is trusted
}

void manifest(std::string_view bytes) {
  const auto parsed = package::parse_manifest(bytes);
  require_explained(parsed);
  if (!parsed) return;
  require(is_identifier(parsed->id));
  require_explained(package::check_manifest_files(*parsed, {"entities/company.json"}));
}

void library(std::string_view bytes) { require_explained(package::lint_library(bytes, "sample", {1, 0, 0})); }

void documents(std::string_view bytes) {
  const auto digests = package::parse_digests(bytes);
  require_explained(digests);
  if (digests) require_explained(package::parse_digests(package::format_digests(*digests)));
  const auto signatures = package::parse_signatures(bytes);
  require_explained(signatures);
  if (signatures) require(package::format_signatures(*signatures) == bytes);
  require_explained(package::parse_key(bytes));
  require_explained(package::parse_revocations(bytes));
  require_explained(package::open_envelope(bytes, package::kRevocationsType));
  require_explained(package::VersionRange::parse(bytes));
  (void)package::parse_duration(bytes);
  if (const auto json = parse_json(bytes)) (void)package::entity_schema().check(*json, "entities/x.json");
}

void edge(std::string_view bytes) {
  PrefixTree proxies;
  proxies.add(IpNetwork::parse("10.0.0.0/8").value(), 0);
  const http::HeaderField fields[] = {{"X-Forwarded-For", bytes}, {"X-Forwarded-Proto", bytes}};
  if (const auto client = http::forwarded_client(fields, proxies)) {
    const auto address = IpAddress::parse(*client);
    require(address && address->text() == *client);
  }
  (void)http::forwarded_secure(fields);
  const auto network = IpNetwork::parse(bytes);
  require_explained(network);
  if (network) {
    require(network->contains(network->address));
    const auto again = IpNetwork::parse(network->text());
    require(again && again->address == network->address && again->bits == network->bits);
  }
  require_explained(parse_networks(bytes));
}

void role_file(std::string_view bytes) {
  const auto json = parse_json(bytes);
  require_explained(json);
  if (!json) return;
  const auto roles = identity::parse_role_file(*json);
  require_explained(roles);
  if (!roles) return;
  const auto again = identity::parse_role_file(identity::write_role_file(*roles));
  require(again && *again == *roles);
}

}  // namespace opsflux::fuzz
