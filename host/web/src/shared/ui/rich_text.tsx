import { lazy, Suspense } from "react";

const Markdown = lazy(() => import("./markdown").then((module) => ({ default: module.Markdown })));

/** The library is read when the first formatted text is shown; until then the text stands as it was typed. */
export function RichText({ value }: { value: string }) {
  return (
    <Suspense fallback={<span className="whitespace-pre-wrap">{value}</span>}>
      <Markdown>{value}</Markdown>
    </Suspense>
  );
}
