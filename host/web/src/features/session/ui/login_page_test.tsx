import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import messages from "../../../shared/i18n/en.json";
import { TextProvider } from "../../../shared/i18n/text";
import { LoginPage } from "./login_page";

const user = { id: "u", email: "ada@example.org", name: "Ada", role: "administrator", language: "en" };
const codes = ["aaaaa-bbbbb", "ccccc-ddddd"];

interface Call {
  path: string;
  body: Record<string, unknown>;
}

/** A server that answers each path in turn with what is listed for it. */
function serve(answers: Record<string, [number, unknown][]>): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    calls.push({ path, body: JSON.parse(String(init?.body ?? "{}")) as Record<string, unknown> });
    const [status, body] = answers[path]?.shift() ?? [200, {}];
    return new Response(JSON.stringify(body), { status });
  });
  return calls;
}

async function logIn() {
  const router = createMemoryRouter(
    [
      { path: "/login", element: <LoginPage /> },
      { path: "/", element: <h1>Home</h1> },
    ],
    { initialEntries: ["/login"] },
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TextProvider first={{ language: "en", messages }}>
        <RouterProvider router={router} />
      </TextProvider>
    </QueryClientProvider>,
  );
  await userEvent.type(screen.getByLabelText("E-mail address"), user.email);
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: "Log in" }));
}

const login = (path: string) => `/api/v1/auth/login${path}`;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("sets a second factor up where the role asks for one, and shows the codes before it goes on", async () => {
  const calls = serve({
    [login("")]: [[202, { step: "enrol", methods: [], reason: "" }]],
    [login("/enrol")]: [
      [201, { secret: "MZXW6YTBOI234567", uri: "otpauth://x", qr: { size: 33, path: "M4 4h7v1h-7z" } }],
    ],
    [login("/enrol/confirm")]: [
      [422, { code: "identity.wrong_code", field: "code", detail: "The code is wrong." }],
      [200, { user, backup_codes: codes }],
    ],
  });
  await logIn();
  await screen.findByRole("img", { name: "QR code for the application" });
  screen.getByText("MZXW 6YTB OI23 4567");
  const code = screen.getByLabelText("Code of the application");
  await userEvent.type(code, "000000");
  await userEvent.click(screen.getByRole("button", { name: "Confirm the code" }));
  await screen.findByText("The code is wrong.");
  await userEvent.clear(code);
  await userEvent.type(code, "123456");
  await userEvent.click(screen.getByRole("button", { name: "Confirm the code" }));
  for (const one of codes) await screen.findByText(one);
  expect(screen.queryByText("Home")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));
  await screen.findByText("Home");
  expect(calls.filter(({ path }) => path === login("/enrol"))).toHaveLength(1);
  expect(calls.filter(({ path }) => path === login("/enrol/confirm")).map(({ body }) => body)).toEqual([
    { code: "000000" },
    { code: "123456" },
  ]);
});

it("goes from the code to another password when the server asks for both", async () => {
  const calls = serve({
    [login("")]: [[202, { step: "factor", methods: ["totp"], reason: "" }]],
    [login("/factor")]: [[202, { step: "password", methods: [], reason: "expired" }]],
    [login("/password")]: [[200, { user }]],
  });
  await logIn();
  await userEvent.type(await screen.findByLabelText("Code of the application"), "123456");
  expect(screen.queryByRole("button", { name: "Use a backup code" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Log in" }));
  await screen.findByText("Your password has expired. Choose a new one to go on.");
  await userEvent.type(screen.getByLabelText("New password"), "three blue canoes");
  await userEvent.click(screen.getByRole("button", { name: "Log in" }));
  await screen.findByText("Home");
  expect(calls.find(({ path }) => path === login("/factor"))?.body).toEqual({
    method: "totp",
    code: "123456",
    trust_device: false,
  });
  expect(calls.find(({ path }) => path === login("/password"))?.body).toEqual({
    new_password: "three blue canoes",
  });
});

it("sends a code only when it is asked for, and takes it by the way it was sent", async () => {
  const calls = serve({
    [login("")]: [[202, { step: "factor", methods: ["totp", "email", "backup"], reason: "" }]],
    [login("/code")]: [
      [202, { kind: "email", sent_to: "a•••@e•••.org" }],
      [429, { code: "identity.codes_sent", detail: "Three codes were sent already." }],
    ],
    [login("/factor")]: [[200, { user }]],
  });
  await logIn();
  await screen.findByLabelText("Code of the application");
  await userEvent.click(screen.getByRole("button", { name: "Get a code by e-mail" }));
  await screen.findByText("A code goes to the e-mail address of your account.");
  expect(calls.some(({ path }) => path === login("/code"))).toBe(false);
  await userEvent.click(screen.getByRole("button", { name: "Send the code" }));
  await screen.findByText("Sent to a•••@e•••.org. Good for ten minutes.");
  await userEvent.click(screen.getByRole("button", { name: "Send another code" }));
  await screen.findByText("Three codes were sent already.");
  await userEvent.type(screen.getByLabelText("Code from the e-mail"), "123456");
  await userEvent.click(screen.getByRole("button", { name: "Log in" }));
  await screen.findByText("Home");
  expect(calls.find(({ path }) => path === login("/factor"))?.body).toEqual({
    method: "email",
    code: "123456",
    trust_device: false,
  });
});

it("lets choose which second factor is set up where there are several, and names a wrong number", async () => {
  const calls = serve({
    [login("")]: [[202, { step: "enrol", methods: ["totp", "sms"], reason: "" }]],
    [login("/enrol")]: [
      [422, { code: "identity.number_invalid", field: "number", detail: "This is no number." }],
      [201, { kind: "sms", sent_to: "+33•••••78" }],
    ],
    [login("/enrol/confirm")]: [[200, { user, backup_codes: codes }]],
  });
  await logIn();
  await userEvent.click(await screen.findByLabelText("SMS"));
  const number = screen.getByLabelText("Telephone number");
  await userEvent.type(number, "0612");
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByText("This is no number.");
  await userEvent.clear(number);
  await userEvent.type(number, "+33612345678");
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await userEvent.type(await screen.findByLabelText("Code from the SMS"), "123456");
  await userEvent.click(screen.getByRole("button", { name: "Confirm the code" }));
  await screen.findByText(codes[0] ?? "");
  expect(calls.filter(({ path }) => path === login("/enrol")).map(({ body }) => body)).toEqual([
    { kind: "sms", number: "0612" },
    { kind: "sms", number: "+33612345678" },
  ]);
});
