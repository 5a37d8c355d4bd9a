import type { UsageAnswer } from "../../../lib/query/usage/answer.ts";
import { createGate, type Gate, openPageServer, type PageServer } from "../../e2e/page-server.ts";
import { openSandbox, type Sandbox, until } from "../../support/binary.ts";
import { bookHistory, pageAfter } from "./history.ts";

/** The zone of all sites; far from UTC, and with daylight saving time. */
export const ZONE = "America/New_York";

/** A server with three weeks of numbers, to which LiteLLM gives a page only when a test hands one out. */
export type Site = AsyncDisposable & { readonly url: string; readonly origin: string; nextPage(): void; stop(): void };

/** Opens a site with more settings; `prepare` may put more beside its database before it is served. */
export async function openSite(
  set: Record<string, string> = {},
  prepare: (sandbox: Sandbox) => Promise<unknown> = async () => undefined,
): Promise<Site> {
  const sandbox: Sandbox = openSandbox();
  const gate: Gate = createGate();
  const litellm: PageServer = openPageServer(gate.answer);
  const booked = bookHistory(sandbox.dbPath, litellm.metricsUrl, ZONE);
  let { rounds } = booked;
  const nextPage = () => {
    rounds += 1;
    gate.hand(new Response(pageAfter(rounds, booked.startedAt), { headers: { "content-type": "text/plain" } }));
  };
  nextPage();
  await prepare(sandbox);
  const served = await sandbox.serve({ set: { METRICS_URL: litellm.metricsUrl, TIMEZONE: ZONE, ...set } });
  const url = served.url.replace("0.0.0.0", "127.0.0.1");
  await until("the first page is booked", async () => (await fetch(`${url}/health`)).status === 200);
  return {
    url: `${url}/`,
    origin: new URL(url).origin,
    nextPage,
    stop: () => served.kill("SIGTERM"),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await litellm[Symbol.asyncDispose]();
    },
  };
}

/** Asks a site's usage route. */
export async function usage({ url }: Site, query: string, init?: RequestInit): Promise<UsageAnswer> {
  // The answer's shape is that of this server's own route.
  return (await (await fetch(`${url}api/v1/usage?${query}`, init)).json()) as UsageAnswer;
}
