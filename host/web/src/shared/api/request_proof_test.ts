import { afterEach, expect, it, vi } from "vitest";
import { onProofNeeded, request } from "./request";

const refusal = { status: 403, code: "identity.confirm_needed", title: "Forbidden" };

/** Answers in turn, the last one again and again. */
function serve(...answers: [number, unknown][]): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const [status, body] = (answers.length > 1 ? answers.shift() : answers[0]) as [number, unknown];
    return new Response(JSON.stringify(body), { status });
  });
  return asked;
}

let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  vi.unstubAllGlobals();
});

it("asks once for a proof and sends the request again", async () => {
  const asked = serve([403, refusal], [200, { done: true }]);
  const prove = vi.fn(async () => true);
  stop = onProofNeeded(prove);
  expect(await request("/api/v1/modules/x/uninstall", { method: "POST" })).toEqual({ done: true });
  expect(prove).toHaveBeenCalledTimes(1);
  expect(asked).toHaveLength(2);
});

it("refuses when the person would rather not", async () => {
  const asked = serve([403, refusal]);
  stop = onProofNeeded(async () => false);
  await expect(request("/api/v1/settings/identity")).rejects.toMatchObject({
    code: "identity.confirm_needed",
  });
  expect(asked).toHaveLength(1);
});

it("asks one question for requests that wait together", async () => {
  serve([403, refusal], [403, refusal], [200, {}]);
  let answer: (proved: boolean) => void = () => undefined;
  const prove = vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
  );
  stop = onProofNeeded(prove);
  const both = Promise.all([request("/a"), request("/b")]);
  await vi.waitFor(() => expect(prove).toHaveBeenCalled());
  await new Promise((resolve) => setTimeout(resolve, 10));
  answer(true);
  await both;
  expect(prove).toHaveBeenCalledTimes(1);
});

it("leaves other refusals alone", async () => {
  serve([403, { ...refusal, code: "identity.not_permitted" }]);
  const prove = vi.fn(async () => true);
  stop = onProofNeeded(prove);
  await expect(request("/a")).rejects.toMatchObject({ code: "identity.not_permitted" });
  expect(prove).not.toHaveBeenCalled();
});
