import type { CoverageAnswer } from "../../query/coverage-answer.ts";
import type { Health } from "../../query/health/health.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import { requestGrouping } from "./request-data.ts";
import { rangeWords, type View } from "./view.ts";

/** How many groups have a color of their own; the rest is one layer. */
export const LAYERS = 8;
const MOST_ROWS = "1000";
const REQUEST_ROWS = "25";

/** How a question to the API ended. */
export type Asked<Body> =
  | { readonly kind: "answer"; readonly body: Body; readonly serverNow: number | undefined }
  /** 401: without the key, or with one that the server does not take. */
  | { readonly kind: "refused"; readonly error: string; readonly hint: string | undefined }
  | { readonly kind: "error"; readonly status: number; readonly error: string; readonly hint: string | undefined }
  | { readonly kind: "unreachable" };

/** Asks the API of the server that the page comes from. Paths are relative to the page, wherever it is served. */
export type Ask = <Body>(path: string) => Promise<Asked<Body>>;

/** Makes what asks the API, with the key that is there at that moment. */
export function createAsk(key: () => string | undefined): Ask {
  return async <Body>(path: string): Promise<Asked<Body>> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(path, { headers: authorization(key()), cache: "no-cache" });
      text = await response.text();
    } catch {
      return { kind: "unreachable" };
    }
    const body = parsed(text);
    const date = Date.parse(response.headers.get("Date") ?? "");
    // The shapes are those of this server's own routes; health answers 503 with the same shape.
    if (response.ok || (response.status === 503 && "status" in body)) {
      return { kind: "answer", body: body as Body, serverNow: Number.isNaN(date) ? undefined : date };
    }
    const error = textOf(body["error"]) ?? `The server answered with status ${response.status}`;
    const { status } = response;
    const hint = textOf(body["hint"]);
    return status === 401 ? { kind: "refused", error, hint } : { kind: "error", status, error, hint };
  };
}

/** The header that shows a key. */
export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { Authorization: `Bearer ${key}` };
}

/** What the cards ask. */
export function askPeriod(ask: Ask, period: string): Promise<Asked<UsageAnswer>> {
  return ask(`api/v1/usage?${new URLSearchParams({ period, top: "1" })}`);
}

/** Asks for what names people, to know whether the server allows that. */
export function askPeople(ask: Ask): Promise<Asked<UsageAnswer>> {
  return ask(`api/v1/usage?${new URLSearchParams({ period: "today", by: "team", top: "1" })}`);
}

/** What the chart asks: the largest groups with their steps. */
export function askChart(ask: Ask, view: View): Promise<Asked<UsageAnswer>> {
  return ask(usagePath(view, { top: String(LAYERS), group_steps: view.metric }));
}

/** What the table asks: all groups, from where the chart's come from. */
export function askGroups(ask: Ask, view: View, source: string): Promise<Asked<UsageAnswer>> {
  return ask(usagePath(view, { top: MOST_ROWS, source }));
}

/** Asks the spend ledger for requests, failures and latency by what it keeps latencies by. */
export function askRequests(ask: Ask, view: View): Promise<Asked<UsageAnswer>> {
  const requests: View = { ...view, by: requestGrouping(view), metric: "requests" };
  return ask(usagePath(requests, { top: REQUEST_ROWS, source: "ledger" }));
}

export function askCoverage(ask: Ask, view: View): Promise<Asked<CoverageAnswer>> {
  return ask(`api/v1/coverage?${new URLSearchParams(rangeWords(view.range))}`);
}

export function askHealth(ask: Ask): Promise<Asked<Health>> {
  return ask("health");
}

/** The parts of `/api/v1/metrics` that the page shows. */
export type Summary = {
  readonly last_scrape: string | null;
  readonly source: string;
  readonly lifetime: { readonly since: string | null; readonly cost: number; readonly requests: number };
};

export function askSummary(ask: Ask): Promise<Asked<Summary>> {
  return ask("api/v1/metrics");
}

function usagePath({ range, by, metric, filters }: View, more: Record<string, string>): string {
  const words = new URLSearchParams({ ...rangeWords(range), by, sort: metric, ...more });
  for (const [name, value] of filters) words.append(name, value);
  return `api/v1/usage?${words}`;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
