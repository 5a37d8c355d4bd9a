import { createZone } from "../../lib/aggregator/zone.ts";
import type { Logger } from "../../lib/cli/logger.ts";
import { createScrapeService, type ScrapeService } from "../../lib/cli/scrape/scrape-service.ts";
import { type OpenResult, openInMemory } from "../../lib/store/open/database.ts";
import { createStoreHandle } from "../../lib/store/open/store-handle.ts";
import { MINUTE, NAMES, NOON, URL_SCRAPED } from "../support/api.ts";

/** A store that can be opened. */
export const opened = (): OpenResult => ({ kind: "open", db: openInMemory(), path: "/data/pulse.db" });
/** A store that cannot. */
export const closed = (message: string): OpenResult => ({
  kind: "failed",
  failure: { reason: "cannot_open", message },
});
/** A page on which one model has cost so much. */
export const page = (cost: number) => `litellm_spend_metric_total{model="a"} ${cost}\n`;

type Line = readonly [level: string, message: string];

/** What is seen after each scrape. */
export type Seen = { readonly lines: readonly Line[]; readonly live: ReturnType<ScrapeService["live"]> };

/** Lets a service scrape these pages, one each interval, on a clock that only sleeping moves. */
export async function runService(
  pages: readonly string[],
  options: {
    readonly opens?: readonly OpenResult[];
    readonly intervalMs?: number;
    readonly retentionDays?: number;
    /** By how much the clock jumps before a scrape, by its number. */
    readonly jumps?: ReadonlyMap<number, number>;
    /** Does something to the store before a scrape, by its number. */
    readonly before?: (service: ScrapeService, index: number, now: number) => void;
  } = {},
): Promise<Seen[]> {
  const { intervalMs = MINUTE, retentionDays = 90, opens = [opened()] } = options;
  const opensLeft = [...opens];
  const store = createStoreHandle(() => (opensLeft.length > 1 ? opensLeft.shift() : opensLeft[0]) ?? opened());
  const stop = new AbortController();
  const lines: Line[] = [];
  const log = (level: string) => (message: string) => void lines.push([level, message]);
  const logger: Logger = { debug: log("debug"), info: log("info"), warning: log("warning"), error: log("error") };
  const seen: Seen[] = [];
  let now = NOON;
  let index = 0;
  const service = createScrapeService({
    store,
    job: {
      source: { kind: "file", path: "-", stdin: () => new Blob([pages[index] ?? ""]).stream() },
      target: { url: URL_SCRAPED, verifySsl: false, timeoutMs: 1000 },
      names: NAMES,
      zone: createZone("UTC"),
      maxValues: 1000,
      version: "0",
      now: () => now,
      signal: stop.signal,
    },
    intervalMs,
    retentionDays,
    source: URL_SCRAPED,
    log: logger,
    signal: stop.signal,
    async sleep(ms) {
      if (ms > intervalMs) throw new Error(`The loop sleeps for ${ms} ms`);
      seen.push({ lines: lines.splice(0), live: service.live() });
      now += ms;
      index += 1;
      now += options.jumps?.get(index) ?? 0;
      options.before?.(service, index, now);
      if (index === pages.length) stop.abort();
    },
  });
  await service.run();
  store.close();
  return seen;
}

/** What is logged at the usual level. */
export const loud = (seen: Seen | undefined) => seen?.lines.filter(([level]) => level !== "debug") ?? [];
