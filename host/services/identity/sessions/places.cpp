#include "host/services/identity/sessions/places.hpp"

#include <maxminddb.h>

#include "host/base/cidr.hpp"
#include "host/base/text.hpp"

namespace opsflux::identity {
namespace fs = std::filesystem;

struct Places::Handle {
  MMDB_s db{};
  bool open = false;
  ~Handle() {
    if (open) MMDB_close(&db);
  }
};

namespace {

Error bad_file(const fs::path& file, std::string_view why) {
  return Error::invalid("identity.places_file_bad",
                        "The file of places " + file.string() +
                            " cannot be used. It must be in the format of MaxMind DB.")
      .with("file", file.string())
      .at(file.string())
      .because(why);
}

// A text below `first`, such as {"city", "names", "fr"}; empty: there is none.
std::string name_in(MMDB_entry_s& entry, const char* first, const std::string& language) {
  for (const std::string& wanted : {language, std::string("en")}) {
    MMDB_entry_data_s data{};
    const int status =
        MMDB_get_value(&entry, &data, first, "names", wanted.c_str(), static_cast<char*>(nullptr));
    if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) continue;
    std::string text(data.utf8_string, data.data_size);
    if (is_utf8(text) && !has_nul(text)) return text;
  }
  return {};
}

// MaxMind writes Brazilian Portuguese as "pt-BR".
std::string language_in_file(std::string_view language) {
  return language == "pt" ? "pt-BR" : std::string(language);
}

}  // namespace

Places::Places(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Places::~Places() = default;

Result<std::unique_ptr<Places>> Places::open(const fs::path& file, const fs::path& temp) {
  const fs::path copy = temp / ("places-" + to_hex(random_bytes(8)));
  std::error_code ec;
  if (!fs::copy_file(file, copy, ec)) return fail(bad_file(file, ec.message()));
  auto handle = std::make_unique<Handle>();
  const int status = MMDB_open(copy.c_str(), MMDB_MODE_MMAP, &handle->db);
  fs::remove(copy, ec);
  if (status != MMDB_SUCCESS) return fail(bad_file(file, MMDB_strerror(status)));
  handle->open = true;
  return std::unique_ptr<Places>(new Places(std::move(handle)));
}

std::string Places::of(std::string_view address, std::string_view language) const {
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return {};
  int gai = 0, status = MMDB_SUCCESS;
  MMDB_lookup_result_s found = MMDB_lookup_string(&handle_->db, parsed->text().c_str(), &gai, &status);
  if (gai != 0 || status != MMDB_SUCCESS || !found.found_entry) return {};
  const std::string wanted = language_in_file(language);
  const std::string city = name_in(found.entry, "city", wanted);
  const std::string country = name_in(found.entry, "country", wanted);
  return city.empty() || country.empty() ? city + country : city + ", " + country;
}

}  // namespace opsflux::identity
