import { DecideAction } from "../features/admission/ui/decide_action";
import { LinkAction } from "../features/admission/ui/link_action";
import { RevokeAction } from "../features/admission/ui/revoke_action";
import { SendAgainAction } from "../features/admission/ui/send_again_action";
import { GiveSecretAction } from "../features/api_keys/ui/give_secret_action";
import { EveryCompanyStrip } from "../features/rights/ui/every_company_strip";
import { MatrixLink } from "../features/rights/ui/matrix_link";
import { UserSessionsAction } from "../features/sessions/ui/user_sessions_action";
import { RemoveFactorsAction } from "../features/users/ui/remove_factors_action";
import { RightsAction } from "../features/users/ui/rights_action";
import { SeeAsAction } from "../features/users/ui/see_as_action";
import { SetPasswordAction } from "../features/users/ui/set_password_action";
import { TellGroupAction } from "../features/users/ui/tell_group_action";
import { registerOwnWidget } from "../shared/modules/registry";

/** What the application's own features add to generic pages, by the same way as modules do. */
export function registerOwnWidgets(): void {
  registerOwnWidget({
    module: "identity",
    id: "set_password",
    slot: "record.actions",
    entity: "identity.user",
    component: SetPasswordAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "see_as",
    slot: "record.actions",
    entity: "identity.user",
    component: SeeAsAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "send_again",
    slot: "record.actions",
    entity: "identity.invitation",
    component: SendAgainAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "invitation_link",
    slot: "record.actions",
    entity: "identity.invitation",
    component: LinkAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "invitation_revoke",
    slot: "record.actions",
    entity: "identity.invitation",
    component: RevokeAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "decide",
    slot: "record.actions",
    entity: "identity.access_request",
    component: DecideAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "remove_factors",
    slot: "record.actions",
    entity: "identity.user",
    component: RemoveFactorsAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "give_secret",
    slot: "record.actions",
    entity: "identity.api_key",
    component: GiveSecretAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "sessions",
    slot: "record.actions",
    entity: "identity.user",
    component: UserSessionsAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "rights",
    slot: "record.actions",
    entity: "identity.user",
    component: RightsAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "tell_group",
    slot: "record.actions",
    entity: "identity.group",
    component: TellGroupAction,
  });
  registerOwnWidget({
    module: "identity",
    id: "every_company",
    slot: "record.strip",
    entity: "identity.company",
    component: EveryCompanyStrip,
  });
  registerOwnWidget({
    module: "identity",
    id: "matrix",
    slot: "list.actions",
    entity: "identity.role",
    component: MatrixLink,
  });
}
