import { vi } from "vitest";

// jsdom has no media queries; tests see a wide light screen.
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

// React asks whether effects may be flushed by act().
vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
