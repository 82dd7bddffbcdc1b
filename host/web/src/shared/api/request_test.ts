import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, unreachable } from "./api_error";
import { onSessionLost, request } from "./request";

function answers(...list: Response[]) {
  const calls = vi.fn(
    async (_path: string, _init?: RequestInit) => list.shift() ?? new Response(null, { status: 599 }),
  );
  vi.stubGlobal("fetch", calls);
  return calls;
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

afterEach(() => vi.unstubAllGlobals());

describe("request", () => {
  it("marks what changes something as coming from this application", async () => {
    const calls = answers(json(200, {}), json(200, {}));
    await request("/api/v1/x");
    await request("/api/v1/x", { method: "POST", body: { a: 1 } });
    expect(calls.mock.calls[0]?.[1]?.headers).not.toHaveProperty("X-Opsflux-Client");
    expect(calls.mock.calls[1]?.[1]?.headers).toMatchObject({
      "X-Opsflux-Client": "web",
      "Content-Type": "application/json",
    });
  });

  it("renews an expired session once and asks again", async () => {
    const calls = answers(json(401, {}), json(200, {}), json(200, { ok: true }));
    await expect(request("/api/v1/x")).resolves.toEqual({ ok: true });
    expect(calls.mock.calls.map((call) => call[0])).toEqual([
      "/api/v1/x",
      "/api/v1/auth/refresh",
      "/api/v1/x",
    ]);
  });

  it("tells when the session is lost for good", async () => {
    const lost = vi.fn();
    const stop = onSessionLost(lost);
    answers(json(401, {}), json(401, {}));
    await expect(request("/api/v1/x")).rejects.toMatchObject({ status: 401 });
    expect(lost).toHaveBeenCalledOnce();
    stop();
  });

  it("does not renew when the password was wrong", async () => {
    const calls = answers(json(401, { code: "auth.wrong", detail: "Mot de passe inconnu." }));
    await expect(request("/api/v1/auth/login", { method: "POST" })).rejects.toThrow("Mot de passe inconnu.");
    expect(calls).toHaveBeenCalledOnce();
  });

  it("does not renew when a code was wrong", async () => {
    const calls = answers(json(401, { code: "identity.wrong_code", detail: "Code faux." }));
    await expect(request("/api/v1/auth/login/factor", { method: "POST" })).rejects.toThrow("Code faux.");
    expect(calls).toHaveBeenCalledOnce();
  });

  it("carries refusals by field", async () => {
    const errors = [{ field: "siret", code: "tiers.siret", detail: "14 chiffres." }];
    answers(json(422, { code: "invalid", errors }));
    const error = await request("/api/v1/x", { method: "POST" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).fields).toEqual(errors);
  });

  it("says that nobody answered", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(request("/api/v1/x")).rejects.toMatchObject({ status: 0, code: unreachable });
  });
});
