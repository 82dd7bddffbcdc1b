import "./styles.css";
import { provideRuntime } from "@opsflux/ui";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { registerOwnWidgets } from "./app/own_widgets";
import { createRouter } from "./app/router";
import { ApiError } from "./shared/api/api_error";
import { loadMessages, toLanguage } from "./shared/i18n/messages";
import { servedTextsQuery, TextProvider } from "./shared/i18n/text";
import { runtime } from "./shared/modules/runtime";

/** A refusal is an answer; only silence and faults of the server are worth another try. */
function retry(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !refused && failures < 2;
}

/** So long the first picture waits for words that administrators have changed, rather than change under the eyes. */
const patienceMs = 1000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  const language = toLanguage(document.documentElement.lang) ?? "fr";
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: 15_000, retry }, mutations: { retry: false } },
  });
  const [messages] = await Promise.all([
    loadMessages(language),
    Promise.race([client.prefetchQuery(servedTextsQuery(language)), pause(patienceMs)]),
  ]);
  provideRuntime(runtime);
  registerOwnWidgets();
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <TextProvider first={{ language, messages }}>
          <RouterProvider router={createRouter()} />
        </TextProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
