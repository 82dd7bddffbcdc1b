import type { ComponentProps } from "react";
import ReactMarkdown from "react-markdown";
import { safeLink } from "../values/structured";

/** A heading inside a value never competes with those of the page. */
function heading(size: string) {
  return ({ children }: ComponentProps<"h3">) => <h4 className={size}>{children}</h4>;
}

const components = {
  h1: heading("text-lg"),
  h2: heading("text-body"),
  h3: heading("text-body"),
  h4: heading("text-sm"),
  h5: heading("text-sm"),
  h6: heading("text-sm"),
  a: ({ href, children }: ComponentProps<"a">) =>
    href ? (
      <a href={href} className="page-link" target="_blank" rel="noreferrer noopener">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
};

export interface MarkdownProps {
  children: string;
}

/** CommonMark as people read it. HTML in it stays text, pictures are left out, links go to web pages and mail only. */
export function Markdown({ children }: MarkdownProps) {
  return (
    <div className="written">
      <ReactMarkdown
        components={components}
        disallowedElements={["img"]}
        urlTransform={(url) => safeLink(url) ?? ""}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
