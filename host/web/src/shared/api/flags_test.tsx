import { provideRuntime, useFlag } from "@opsflux/ui";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { Suspense } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { runtime } from "../modules/runtime";
import { useFlag as useOwnFlag } from "./app";
import { startLive } from "./live";

/** The channel of live events, which the test speaks through. */
class Channel extends EventTarget {
  static open: Channel | undefined;
  static readonly CLOSED = 2;
  readyState = 1;
  constructor() {
    super();
    Channel.open = this;
  }
  close() {}
  tell(name: string) {
    this.dispatchEvent(new MessageEvent(name, { data: "{}" }));
  }
}

let flags: string[] = [];
let asked = 0;

function Shown() {
  const map = useFlag("fleet.new_map");
  const other = useOwnFlag("fleet.other");
  return <p>{`map ${map ? "on" : "off"}, other ${other ? "on" : "off"}`}</p>;
}

afterEach(() => vi.unstubAllGlobals());

it("is what the server says of this person, and follows a change at once", async () => {
  vi.stubGlobal("EventSource", Channel);
  vi.stubGlobal("fetch", async () => {
    ++asked;
    return new Response(JSON.stringify({ flags }), { headers: { "Content-Type": "application/json" } });
  });
  provideRuntime(runtime);
  const client = new QueryClient();
  render(
    <QueryClientProvider client={client}>
      <Suspense fallback="…">
        <Shown />
      </Suspense>
    </QueryClientProvider>,
  );
  const stop = startLive(client);
  await screen.findByText("map off, other off");
  flags = ["fleet.new_map"];
  const before = asked;
  act(() => Channel.open?.tell("preferences_of_nobody"));
  expect(asked).toBe(before);
  act(() => Channel.open?.tell("flags"));
  await screen.findByText("map on, other off");
  flags = [];
  act(() => Channel.open?.tell("flags"));
  await screen.findByText("map off, other off");
  stop();
});
