import { act, cleanup, render } from "@testing-library/react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ChangeAddress, useAddress } from "./address";

let change: ChangeAddress;
let drawn: string[];

function Page() {
  const [search, changeAddress] = useAddress();
  change = changeAddress;
  drawn.push(search.toString());
  return null;
}

const set = (name: string, value: string) => change((search) => search.set(name, value));
const soon = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  drawn = [];
  window.history.replaceState(null, "", "/list?tab=all");
  render(<RouterProvider router={createBrowserRouter([{ path: "*", element: <Page /> }])} />);
});
afterEach(cleanup);

it("keeps both of two changes that come at once", async () => {
  await act(async () => {
    set("a", "1");
    set("b", "2");
    await soon();
  });
  expect(window.location.search).toBe("?tab=all&a=1&b=2");
  expect(drawn.at(-1)).toBe("tab=all&a=1&b=2");
});

it("keeps both of two changes with the address, but no drawing in between", async () => {
  await act(async () => {
    const stale = change;
    set("a", "1");
    await soon();
    stale((search) => search.set("b", "2"));
    await soon();
  });
  expect(window.location.search).toBe("?tab=all&a=1&b=2");
});

it("takes the place of what stood there, unless that is to be kept", async () => {
  const before = window.history.length;
  await act(async () => {
    set("a", "1");
    await soon();
  });
  expect(window.history.length).toBe(before);
  await act(async () => {
    change((search) => search.delete("a"), { keep: true });
    await soon();
  });
  expect(window.history.length).toBe(before + 1);
  expect(window.location.search).toBe("?tab=all");
});

it("forgets what was under way when something else has changed the address", async () => {
  await act(async () => {
    set("a", "1");
    await soon();
    window.history.replaceState(null, "", "/list?b=2");
    set("c", "3");
    await soon();
  });
  expect(window.location.search).toBe("?b=2&c=3");
});
