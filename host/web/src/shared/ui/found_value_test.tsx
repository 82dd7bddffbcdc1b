import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import messages from "../i18n/en.json";
import { TextProvider } from "../i18n/text";
import { FoundValue } from "./found_value";

vi.stubGlobal("fetch", () => new Promise(() => undefined));

const entity = {
  name: "tiers.company",
  entity: "company",
  module: "tiers",
  plural: "companies",
  path: "/api/v1/tiers/companies",
  title: "name",
  rights: [],
  search: ["name"],
  fields: [],
};
const record = { id: "1", version: 1, name: "<b>Énergie</b> & énergies", note: "énergie" };

const html = (name: string, terms: string[]) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TextProvider first={{ language: "en", messages }}>
        <FoundValue entity={entity} field={{ name, type: "text" }} record={record as never} terms={terms} />
      </TextProvider>
    </QueryClientProvider>,
  ).container.innerHTML;

afterEach(cleanup);

it("marks what is found, and takes nothing of the value for HTML", () => {
  expect(html("name", ["energie"])).toBe(
    "&lt;b&gt;<mark>Énergie</mark>&lt;/b&gt; &amp; <mark>énergie</mark>s",
  );
});

it("marks nothing where the search does not look", () => {
  expect(html("note", ["energie"])).toBe("énergie");
});
