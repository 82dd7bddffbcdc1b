#include "opsflux/module.hpp"

#include "company.hpp"
#include "contact.hpp"

namespace tiers {

class Module {
 public:
  void start(opsflux::Setup& setup) {
    setup.hook("check_company", check_company);
    setup.hook("check_company_is_unused", check_company_is_unused);
    setup.hook("check_contact", check_contact);
    setup.hook("check_affiliation", check_affiliation);
    setup.route("check_siret", check_siret_route);
  }
};

}  // namespace tiers

OPSFLUX_MODULE(tiers::Module);
