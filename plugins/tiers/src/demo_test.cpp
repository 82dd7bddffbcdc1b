// The demo data must pass the module's own checks, and its references must lead somewhere.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "opsflux/testing/host.hpp"

namespace tiers {
namespace {

using opsflux::Json;
using opsflux::Value;
using opsflux::testing::RecordFields;

Json read(const std::string& name) {
  std::ifstream file(OPSFLUX_MODULE_FOLDER "/demo/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return Json::parse(text.str()).value_or(Json());
}

RecordFields fields_of(const Json& record) {
  RecordFields fields;
  for (const auto& [name, value] : record.members()) {
    if (name == "_key") continue;
    if (auto text = value.text())
      fields[name] = *text;
    else if (auto number = value.integer())
      fields[name] = *number;
    else if (auto flag = value.boolean())
      fields[name] = *flag;
    else
      fields[name] = value;
  }
  return fields;
}

class Demo : public testing::Test {
 protected:
  Demo() {
    host.settings["reliability_weight"] = 50;
    EXPECT_TRUE(host.load(*opf_module_entry_v1()).ok());
  }
  opsflux::testing::Host host{"tiers"};
};

TEST_F(Demo, CompaniesPassTheChecksOfTheModule) {
  const Json file = read("01_companies.json");
  EXPECT_EQ(file["entity"].text(), "company");
  EXPECT_GE(file["records"].items().size(), 40u);
  std::set<std::string> codes;
  for (const Json& record : file["records"].items()) {
    const auto outcome = host.create("check_company", fields_of(record));
    EXPECT_TRUE(outcome.ok()) << record.dump() << outcome.reason();
    EXPECT_TRUE(codes.insert(record["code"].text().value_or("")).second) << record.dump();
  }
}

TEST_F(Demo, ReferencesLeadToRecordsThatComeBefore) {
  std::set<std::string> known;
  for (const char* name : {"01_companies.json", "02_contacts.json", "03_affiliations.json"}) {
    const Json file = read(name);
    EXPECT_FALSE(file["records"].items().empty()) << name;
    for (const Json& record : file["records"].items()) {
      for (const char* field : {"parent", "company", "contact"}) {
        const auto reference = record[field].text();
        EXPECT_TRUE(!reference || known.contains(reference->substr(1))) << name << ": " << *reference;
      }
      const auto key = record["_key"].text();
      EXPECT_TRUE(!key || known.insert(*key).second) << *key;
    }
  }
}

}  // namespace
}  // namespace tiers
