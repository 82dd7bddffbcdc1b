import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/api_error";
import messages from "../i18n/en.json";
import { TextProvider } from "../i18n/text";
import { FileRefusal, ImportFile, type ImportFileProps } from "./import_file";

beforeEach(() => vi.stubGlobal("fetch", async () => new Response("{}")));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open(props: Partial<ImportFileProps<number, string>>) {
  const user = userEvent.setup();
  const client = new QueryClient({ defaultOptions: { mutations: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <TextProvider first={{ language: "en", messages }}>
        <ImportFile<number, string>
          label="Import things"
          help="All or nothing."
          accept=".json"
          take={async () => 1}
          onDone={() => undefined}
          {...props}
        />
      </TextProvider>
    </QueryClientProvider>,
  );
  await user.click(screen.getByRole("button", { name: "Import things" }));
  const choose = (name: string) =>
    user.upload(
      screen.getByLabelText(messages["files.choose"], { selector: "input" }),
      new File(["{}"], name),
    );
  return { user, choose };
}

it("takes a file as soon as it is chosen where nothing is to be looked at first", async () => {
  const done = vi.fn();
  const { choose } = await open({ take: async (file) => file.size, onDone: done });
  await choose("a.json");
  await vi.waitFor(() => expect(done).toHaveBeenCalledWith(2));
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("shows what a file would do, and does it when told to", async () => {
  const taken: string[] = [];
  const { user, choose } = await open({
    take: async (file) => taken.push(file.name),
    preview: {
      ask: async (file) => file.name,
      show: (name) => <p>Would take {name}</p>,
      action: (name) => (name === "same.json" ? undefined : `Take ${name}`),
    },
  });
  await choose("same.json");
  await screen.findByText("Would take same.json");
  expect(screen.queryByRole("button", { name: /^Take / })).toBeNull();
  await choose("b.json");
  await user.click(await screen.findByRole("button", { name: "Take b.json" }));
  await vi.waitFor(() => expect(taken).toEqual(["b.json"]));
});

it("tells of all that is wrong, with the place, and takes another file", async () => {
  const errors = [
    { field: "roles/0/key", code: "x", detail: "No key." },
    { field: "roles/1/name", code: "x", detail: "No name." },
  ];
  const take = vi
    .fn<(file: File) => Promise<number>>()
    .mockRejectedValueOnce(new FileRefusal("No JSON at all."))
    .mockRejectedValueOnce(new ApiError(422, { detail: "2 fields are wrong.", errors }))
    .mockResolvedValueOnce(1);
  const { choose } = await open({ take });
  await choose("a.json");
  await screen.findByText("No JSON at all.");
  await choose("b.json");
  const items = await screen.findAllByRole("listitem");
  expect(items.map((item) => item.textContent)).toEqual(["roles/0/key No key.", "roles/1/name No name."]);
  await choose("c.json");
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
