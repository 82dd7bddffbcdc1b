// Drives the server through a client that is typed by the server's own description.
import createClient from "openapi-fetch";
import type { paths } from "./schema";

export async function drive(baseUrl: string, token: string) {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
  const seen: Record<string, unknown> = {};

  const made = await client.POST("/api/v1/tiers/contacts", { body: { first_name: "Ada", last_name: "Typed" } });
  const id = made.data?.id ?? "";
  seen.made = [made.response.status, made.data?.last_name, made.response.headers.get("ETag")];

  const found = await client.GET("/api/v1/tiers/contacts", {
    params: { query: { filter: 'last_name == "Typed"', page_size: 5 } },
  });
  seen.found = [found.data?.meta.total, found.data?.data[0]?.id === id];

  const at = { id };
  const first = { path: at, header: { "If-Match": '"1"' } };
  const changed = await client.PATCH("/api/v1/tiers/contacts/{id}", {
    params: first,
    body: { first_name: "Awa" },
  });
  seen.changed = [changed.response.status, changed.data?.first_name, changed.data?.version];

  const late = await client.PATCH("/api/v1/tiers/contacts/{id}", { params: first, body: { first_name: "Aya" } });
  seen.late = [late.response.status, late.error?.code, late.error?.current?.first_name];

  const wrong = await client.POST("/api/v1/tiers/companies", {
    body: { legal_name: "Wrong", siret: "12345678901234" },
  });
  seen.wrong = [wrong.response.status, wrong.error?.field];

  // @ts-expect-error a number where the entity has a text
  const untyped = await client.POST("/api/v1/tiers/companies", { body: { legal_name: 5 } });
  seen.untyped = untyped.response.status;

  const gone = await client.DELETE("/api/v1/tiers/contacts/{id}", { params: { path: at } });
  const back = await client.POST("/api/v1/tiers/contacts/{id}/restore", { params: { path: at } });
  seen.gone = [gone.response.status, back.response.status];
  return seen;
}
