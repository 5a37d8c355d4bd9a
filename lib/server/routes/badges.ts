import { type Context, Hono } from "hono";
import { excerpt } from "../../query/excerpt.ts";
import { readHealth } from "../../query/health/health.ts";
import { readSummary } from "../../query/summary.ts";
import { NOTHING_KNOWN, shortCount, shortMoney } from "../../query/widgets/short-text.ts";
import { sendError } from "../answers/json.ts";
import type { Keep } from "../answers/keep.ts";
import type { ApiDeps } from "../api.ts";
import { type Badge, badgeSvg } from "../badge.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";

const HEADERS = {
  "Content-Type": "image/svg+xml; charset=utf-8",
  "X-Content-Type-Options": "nosniff",
  // Opened by itself a picture is a page: nothing in it may run or fetch.
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  // The proxies of code hosts keep a picture for as long as they may, and ask again at once where they may not.
  "Cache-Control": "no-cache",
};

const METRICS = [
  ["cost", "spend", "cost"],
  ["requests", "requests", "requests"],
  ["failed-requests", "failed requests", "failed_requests"],
  ["tokens", "tokens", "tokens"],
] as const;
const WINDOWS = [
  ["today", "today", "daily"],
  ["week", "this week", "weekly"],
  ["month", "this month", "monthly"],
  ["total", "in all", "lifetime"],
] as const;

/** What a badge is called, and the value of the summary that it shows. */
type Value = readonly [label: string, value: string];

/** The badges by their file name. */
const VALUES: ReadonlyMap<string, Value> = new Map(
  METRICS.flatMap(([name, label, metric]) =>
    WINDOWS.map(([window, words, suffix]): readonly [string, Value] => [
      `${name}-${window}.svg`,
      [`${label} ${words}`, `${metric}_${suffix}`],
    ]),
  ),
);
const STATUS = "status.svg";

/** What this file serves. */
export const BADGE_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/badge/:name",
    parameters: ["label"],
    access: "key",
    help: "An SVG badge: status.svg, or cost, requests, failed-requests or tokens with -today, -week, -month or -total, such as cost-today.svg",
  },
];

/** `/badge/{name}`: one number as a picture, for a wiki or a README. */
export function badgeRoutes(deps: ApiDeps, keep: Keep): Hono {
  const summary = keep(() => {
    const { db, error } = deps.live();
    const { zone, url, source } = deps;
    return readSummary(db, { now: deps.now(), zone, url, source, error });
  });
  const valueBadge = (label: string, name: string): Badge => {
    const { values, lastScrape } = summary();
    const value = values.get(name);
    if (value === undefined || lastScrape === null) return { label, value: NOTHING_KNOWN, tone: "plain" };
    return { label, value: name.startsWith("cost") ? shortMoney(value) : shortCount(value), tone: "plain" };
  };
  const statusBadge = (): Badge => {
    const { db, error, hasScraped } = deps.live();
    const { url, intervalMs } = deps;
    const { status } = readHealth(db, { url, now: deps.now(), intervalMs, error, hasScraped });
    return { label: "LiteLLM spend", value: status, tone: status === "ok" ? "good" : "bad" };
  };
  return new Hono().get("/badge/:name", (context) => {
    const name = context.req.param("name");
    const found = VALUES.get(name);
    if (name !== STATUS && found === undefined) {
      const available = [...VALUES.keys(), STATUS];
      return sendError(context, 404, { error: `Unknown badge: ${excerpt(name)}`, available });
    }
    const badge = found === undefined ? statusBadge() : valueBadge(...found);
    return sendBadge(context, { ...badge, label: context.req.query("label") || badge.label });
  });
}

function sendBadge(context: Context, badge: Badge): Response {
  const svg = badgeSvg(badge);
  const etag = `"${Bun.hash(svg).toString(36)}"`;
  const headers = { ...HEADERS, ETag: etag };
  const asked = context.req.header("If-None-Match") ?? "";
  const isKnown = asked.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  return isKnown ? context.body(null, 304, headers) : context.body(svg, 200, headers);
}
