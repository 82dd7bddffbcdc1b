import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import messages from "../i18n/en.json";
import { TextProvider } from "../i18n/text";
import { StrengthMeter } from "./strength_meter";

const asked = vi.fn<(body: unknown) => void>();

beforeEach(() => {
  vi.stubGlobal("fetch", async (_path: string, init?: RequestInit) => {
    const body = JSON.parse(String(init?.body ?? "{}")) as { password?: string };
    if (body.password === undefined) return new Response("{}");
    asked(body);
    const good = body.password.length > 10;
    return new Response(
      JSON.stringify(
        good
          ? { score: 4, acceptable: true, reason: "", hints: [] }
          : { score: 1, acceptable: false, reason: "identity.password_weak", hints: ["own", "date"] },
      ),
    );
  });
});

afterEach(() => {
  cleanup();
  asked.mockReset();
  vi.unstubAllGlobals();
});

const meter = (password: string) => (
  <QueryClientProvider client={new QueryClient()}>
    <TextProvider first={{ language: "en", messages }}>
      <StrengthMeter password={password} name="Ada" email="ada@example.org" />
    </TextProvider>
  </QueryClientProvider>
);

const said = () => screen.queryByRole("status")?.textContent;

it("asks the server once the typing rests, with whose password it is", async () => {
  const { rerender } = render(meter("a"));
  for (const typed of ["ad", "ada", "ada1"]) rerender(meter(typed));
  await waitFor(() => expect(said()).toBe("Weak · it says something of you or of this instance"));
  expect(asked.mock.calls).toEqual([[{ password: "ada1", name: "Ada", email: "ada@example.org" }]]);
});

it("gives no advice on a password that is accepted, and is gone with it", async () => {
  const { rerender } = render(meter("three blue canoes"));
  await waitFor(() => expect(said()).toBe("Very good"));
  rerender(meter(""));
  expect(said()).toBeUndefined();
});
