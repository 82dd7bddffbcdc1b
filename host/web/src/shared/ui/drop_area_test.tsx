import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { DropArea, type DropAreaProps } from "./drop_area";

const file = (name: string) => new File(["x"], name);
const held = (...files: File[]) => ({ dataTransfer: { types: ["Files"], files } });

function show(props: Partial<DropAreaProps> = {}) {
  const onFiles = vi.fn<(files: File[]) => void>();
  const { container } = render(
    <DropArea onFiles={onFiles} {...props}>
      {(choose) => (
        <button type="button" onClick={choose}>
          Choose
        </button>
      )}
    </DropArea>,
  );
  const [area, input] = [container.querySelector("div"), container.querySelector("input")];
  if (!area || !input) throw new Error("no area");
  return {
    area,
    input,
    onFiles,
    names: () => onFiles.mock.calls.map(([files]) => files.map((one) => one.name)),
  };
}

afterEach(cleanup);

it("opens the file choice from the keyboard, by one stop", async () => {
  const { input } = show();
  const opened = vi.spyOn(input, "click");
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByRole("button"));
  await userEvent.keyboard("{Enter}");
  expect(opened).toHaveBeenCalledOnce();
  await userEvent.tab();
  expect(document.activeElement).toBe(document.body);
});

it("takes the first of what is dropped, or all where several are wanted", () => {
  const one = show();
  fireEvent.drop(one.area, held(file("a"), file("b")));
  expect(one.names()).toEqual([["a"]]);
  const several = show({ multiple: true });
  fireEvent.drop(several.area, held(file("a"), file("b")));
  expect(several.names()).toEqual([["a", "b"]]);
});

it("takes the same file twice", async () => {
  const { input, names } = show();
  await userEvent.upload(input, file("a"));
  expect(input.value).toBe("");
  await userEvent.upload(input, file("a"));
  expect(names()).toEqual([["a"], ["a"]]);
});

it("shows that a file is held over it, until the last of what lies inside was left", () => {
  const { area } = show();
  const shown = () => area.className.includes("bg-accent-soft");
  fireEvent.dragEnter(area, held());
  fireEvent.dragEnter(screen.getByRole("button"), held());
  fireEvent.dragLeave(area, held());
  expect(shown()).toBe(true);
  fireEvent.dragLeave(screen.getByRole("button"), held());
  expect(shown()).toBe(false);
});

it("leaves alone what is no file, such as a text", () => {
  const { area, onFiles } = show();
  const text = { dataTransfer: { types: ["text/plain"], files: [] } };
  fireEvent.dragEnter(area, text);
  expect(area.className).not.toContain("bg-accent-soft");
  expect(fireEvent.dragOver(area, text)).toBe(true);
  fireEvent.drop(area, text);
  expect(onFiles).not.toHaveBeenCalled();
});

it("refuses while it is disabled, and yet keeps the browser from opening the file", () => {
  const { area, onFiles } = show({ disabled: true });
  fireEvent.dragEnter(area, held());
  expect(area.className).not.toContain("bg-accent-soft");
  const over = { dataTransfer: { types: ["Files"], files: [], dropEffect: "copy" } };
  expect(fireEvent.dragOver(area, over)).toBe(false);
  expect(fireEvent.drop(area, held(file("a")))).toBe(false);
  expect(onFiles).not.toHaveBeenCalled();
});
