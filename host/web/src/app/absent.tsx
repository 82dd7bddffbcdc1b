import { useQuery } from "@tanstack/react-query";
import { ApiError, isStatus } from "../shared/api/api_error";
import { request } from "../shared/api/request";
import { inSentence } from "../shared/i18n/entity_text";
import type { Key } from "../shared/i18n/messages";
import { type Text, useText } from "../shared/i18n/text";
import { NoPermission } from "../shared/ui/no_permission";
import { PageSkeleton, Waiting } from "../shared/ui/skeleton";
import { NotFound } from "./not_found";

/** "identity.user.view" in words, as far as the entity has any. */
function inWords(text: Text, permission: string): string {
  const [, module, entity, right] = /^(\w+)\.(\w+)\.(view|create|edit|delete)$/.exec(permission) ?? [];
  const many = right && text.find(`${module}.entity.${entity}.many`);
  return many ? text.t(`right.${right}` as Key, { what: inSentence(many) }) : permission;
}

/**
 * In place of a list that this user's definitions do not have. Whether there is none, or none for this user, only the
 * server knows.
 */
export function Absent({ module, plural }: { module: string | undefined; plural: string | undefined }) {
  const text = useText();
  const path = `/api/v1/${encodeURIComponent(module ?? "")}/${encodeURIComponent(plural ?? "")}`;
  const { isPending, error } = useQuery({
    queryKey: ["absent", path],
    queryFn: ({ signal }) => request<unknown>(`${path}?page_size=1`, { signal }).then(() => null),
    retry: false,
  });
  if (isPending)
    return (
      <Waiting what={text.t("state.application")}>
        <PageSkeleton />
      </Waiting>
    );
  const permission = error instanceof ApiError ? error.problem.params?.permission : undefined;
  if (!isStatus(error, 403) || typeof permission !== "string") return <NotFound />;
  return <NoPermission right={inWords(text, permission)} />;
}
