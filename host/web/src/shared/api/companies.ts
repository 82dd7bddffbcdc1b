import type { EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { useEntity } from "./app";
import { countQuery } from "./records";

export const companyEntity = "identity.company";

/** Whether this person sees a company at all; undefined until that is known. */
export function useCompaniesExist(wanted = true): boolean | undefined {
  const entity = useEntity(companyEntity);
  const count = useQuery({
    ...countQuery(entity ?? ({ name: companyEntity } as EntityDefinition), undefined),
    enabled: wanted && entity !== undefined,
  }).data;
  return entity === undefined ? false : count === undefined ? undefined : count > 0;
}
