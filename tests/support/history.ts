import type { Database } from "bun:sqlite";
import fc from "fast-check";
import { createZone } from "../../lib/aggregator/zone.ts";
import { forgetAbsent, purge } from "../../lib/store/purge.ts";
import { failingAt } from "./failing-database.ts";
import { FakeLiteLLM, type Naming } from "./fake-litellm.ts";
import { type Growth, Observer, type SeenPage } from "./observer.ts";
import { pageOf } from "./page.ts";
import { DAY, HOUR, MINUTE, NOON, SECOND, scrapeAny } from "./store.ts";

const ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "America/Santiago"] as const;

/** One thing that happens to a LiteLLM or to us. Workers, kinds and zones are taken modulo what there is. */
export type Step =
  | {
      readonly do: "use";
      readonly worker: number;
      readonly kind: number;
      readonly requests: number;
      readonly microDollars: number;
    }
  /** All workers are used at one moment, so that the series that each creates share their `_created`. */
  | { readonly do: "useAll"; readonly kind: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "drop"; readonly worker: number; readonly kind: number }
  | { readonly do: "restart"; readonly worker: number | undefined }
  /** `lateness`: the page is committed only after so many further pages were. `killAt`: the first try dies at that statement. */
  | {
      readonly do: "scrape";
      readonly worker: number;
      readonly lateness: number;
      readonly killAt: number | undefined;
      readonly writer: number;
    }
  | { readonly do: "purge"; readonly days: number }
  | { readonly do: "forget" }
  | { readonly do: "reopen" }
  | { readonly do: "zone"; readonly zone: number };

/** How a history is set up: what pages tell, how many workers, LiteLLM's clock minus ours, whether pages have a date. */
export type Setting = {
  readonly naming: Naming;
  readonly workers: number;
  readonly clockMs: number;
  readonly dated: boolean;
  readonly steps: readonly Step[];
};

/** What came of a history: what was booked is in the store, the rest says what should be. */
export type Outcome = {
  readonly litellm: FakeLiteLLM;
  readonly observer: Observer;
  readonly growths: readonly Growth[];
  /** By the number of the step in which each committed page was read. */
  readonly pages: readonly (SeenPage & { readonly step: number })[];
  readonly zone: string;
  readonly did: ReadonlySet<Step["do"]>;
};

/** The connections of a history: one or two writers, each opened anew on demand. */
export type Writers = { db(writer: number): Database; reopen(): void };

/** Lets a history happen against a store; `afterPage` is called whenever a page was committed. */
export function play(
  { naming, workers, clockMs, dated, steps }: Setting,
  writers: Writers,
  afterPage: (db: Database) => void = () => undefined,
): Outcome {
  let now = NOON;
  const litellm = new FakeLiteLLM(naming, workers, now + clockMs - HOUR);
  const observer = new Observer(naming);
  const growths: Growth[] = [];
  const pages: Outcome["pages"][number][] = [];
  const did = new Set<Step["do"]>();
  let zone: (typeof ZONES)[number] = "UTC";
  let pending: { page: SeenPage; step: number; after: number; writer: number }[] = [];
  let count = 0;

  const commit = (page: SeenPage, step: number, writer: number, killAt: number | undefined): void => {
    const wish = { at: page.at, dateAt: page.dateAt ?? null, now, zone: createZone(zone) };
    const text = pageOf(page.wish);
    if (killAt !== undefined) {
      try {
        scrapeAny(failingAt(writers.db(writer), killAt), text, wish);
      } catch (error) {
        if (!(error instanceof Error && error.message === "Killed")) throw error;
        scrapeAny(writers.db(writer), text, wish);
      }
    } else scrapeAny(writers.db(writer), text, wish);
    if (observer.pages.length > 0 && page.at < (observer.pages.at(-1)?.at ?? 0)) return;
    growths.push(...observer.see(page));
    pages.push({ ...page, step });
    count += 1;
    afterPage(writers.db(writer));
  };

  for (const [index, step] of steps.entries()) {
    did.add(step.do);
    now += 50;
    const worker = "worker" in step && step.worker !== undefined ? step.worker % litellm.workers : 0;
    switch (step.do) {
      case "use":
        litellm.use(worker, step.kind, step.requests, step.microDollars / 1e6, now + clockMs, index);
        break;
      case "useAll":
        for (let each = 0; each < litellm.workers; each++) {
          litellm.use(each, step.kind, each + 1, each / 64, now + clockMs, index);
        }
        break;
      case "wait":
        now += step.ms;
        break;
      case "drop":
        litellm.drop(worker, step.kind);
        break;
      case "restart":
        litellm.restart(now + clockMs, step.worker);
        break;
      case "scrape": {
        const dateAt = Math.floor((now + clockMs) / SECOND) * SECOND;
        const page = { ...litellm.page(worker), at: now, dateAt: dated ? dateAt : undefined };
        if (step.lateness > 0) pending.push({ page, step: index, after: count + step.lateness, writer: step.writer });
        else commit(page, index, step.writer, step.killAt);
        break;
      }
      case "purge":
        purge(writers.db(0), { retentionDays: step.days, now, zone: createZone(zone) });
        break;
      case "forget":
        forgetAbsent(writers.db(0), now);
        observer.forget(now);
        break;
      case "reopen":
        writers.reopen();
        break;
      case "zone":
        zone = ZONES[step.zone % ZONES.length] ?? "UTC";
        break;
      default:
        step satisfies never;
    }
    const due = pending.filter(({ after }) => after <= count);
    pending = pending.filter(({ after }) => after > count);
    for (const { page, step: readIn, writer } of due) commit(page, readIn, writer, undefined);
  }
  return { litellm, observer, growths, pages, zone, did };
}

const small = fc.nat(7);
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 2 * MINUTE }) },
  { weight: 3, arbitrary: fc.integer({ min: MINUTE, max: 3 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: HOUR, max: 4 * DAY }) },
);
const STEPS: { readonly [D in Step["do"]]: fc.Arbitrary<Step> } = {
  use: fc.record({
    do: fc.constant("use"),
    worker: small,
    kind: fc.nat(4),
    requests: fc.integer({ min: 1, max: 40 }),
    microDollars: fc.oneof(fc.constant(0), fc.nat(5_000_000)),
  }),
  useAll: fc.record({ do: fc.constant("useAll"), kind: fc.nat(4) }),
  wait: fc.record({ do: fc.constant("wait"), ms: pause }),
  drop: fc.record({ do: fc.constant("drop"), worker: small, kind: fc.nat(4) }),
  restart: fc.record({ do: fc.constant("restart"), worker: fc.option(small, { nil: undefined }) }),
  scrape: fc.record({
    do: fc.constant("scrape"),
    worker: small,
    lateness: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
    ),
    killAt: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(60) }),
    writer: fc.nat(1),
  }),
  purge: fc.record({ do: fc.constant("purge"), days: fc.integer({ min: 1, max: 5 }) }),
  forget: fc.oneof(
    fc.constant<Step>({ do: "forget" }),
    fc.record({ do: fc.constant("wait"), ms: fc.integer({ min: 20 * DAY, max: 50 * DAY }) }),
  ),
  reopen: fc.constant({ do: "reopen" }),
  zone: fc.record({ do: fc.constant("zone"), zone: fc.nat(3) }),
};

/** Histories of LiteLLMs with one of some namings; `weights` says how often each step happens. */
export function histories(
  namings: readonly Naming[],
  weights: { readonly [D in Step["do"]]?: number },
  options: { readonly maxSteps: number; readonly indistinct?: boolean } = { maxSteps: 40 },
): fc.Arbitrary<Setting> {
  const kinds = Object.entries({ use: 8, wait: 4, scrape: 8, ...weights }).map(([kind, weight]) => ({
    weight,
    arbitrary: STEPS[kind as Step["do"]],
  }));
  return fc
    .record({
      naming: fc.constantFrom(...namings),
      workers: fc.integer({ min: 1, max: 3 }),
      clockMs: fc.oneof(fc.constant(0), fc.integer({ min: -3 * HOUR, max: 3 * HOUR })),
      dated: fc.boolean(),
      steps: fc.array(fc.oneof(...kinds), { minLength: 5, maxLength: options.maxSteps, size: "max" }),
    })
    .map((setting) => ({
      ...setting,
      // Without a date our clock stands for LiteLLM's, so they must agree.
      clockMs: setting.dated ? setting.clockMs : 0,
      // Unless workers shall not be told apart, a page that names nobody comes from one process.
      workers: options.indistinct || setting.naming.created || setting.naming.start !== "none" ? setting.workers : 1,
    }));
}
