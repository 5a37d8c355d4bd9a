import type { FakePage, Naming } from "./fake-litellm.ts";

const DAY_MS = 86_400_000;
/** Before it no clock was set. */
const CLOCKS_ARE_SET_FROM = Date.UTC(2020);

/** What a counter grew between two pages, and the instants between which it did. */
export type Growth = {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly amount: number;
  readonly from: number;
  readonly to: number;
};

/** A page with what it may not tell itself: who answered. Instants are on our clock, but for those of LiteLLM. */
export type ObservedPage = {
  readonly generation: number;
  /** On LiteLLM's clock. */
  readonly startedAt: number;
  readonly counters: readonly {
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    /** On LiteLLM's clock. */
    readonly createdAt: number;
    readonly value: number;
  }[];
  readonly at: number;
  /** On LiteLLM's clock. */
  readonly dateAt: number | undefined;
};

/** A page of the fake as it was committed. */
export type SeenPage = FakePage & ObservedPage;

type Series = {
  readonly process: string;
  readonly createdAt: number;
  /** Undefined as long as it never had a usable one. */
  value: number | undefined;
  seenAt: number;
  absentSince: number | undefined;
};
type Process = { seenAt: number; absentSince: number | undefined };

/**
 * What can be known from the pages of one LiteLLM, by the accounting rules 1 to 4, written down as plainly as can be
 * and without a line of the product's. Workers that nothing tells apart are beyond it.
 */
export class Observer {
  readonly #naming: Naming;
  readonly #series = new Map<string, Series>();
  readonly #processes = new Map<string, Process>();
  #mark: { at: number; firstPageAt: number } | undefined;
  #pages: ObservedPage[] = [];
  #forgottenBefore = Number.NEGATIVE_INFINITY;
  restarts = 0;
  #flagged: number[] = [];

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  get pages(): readonly ObservedPage[] {
    return this.#pages;
  }

  get markAt(): number {
    return this.#mark?.at ?? Number.NaN;
  }

  /** What a page shows to have grown since the pages before. */
  see(page: ObservedPage): Growth[] {
    const isMark = this.#mark === undefined;
    this.#mark ??= { at: page.dateAt === undefined ? page.at : page.dateAt - 1000, firstPageAt: page.at };
    const processKey = this.#processKey(page);
    const process = this.#processes.get(processKey);
    const isNamelessRestart = this.#isNameless() && this.#fellByHalf(page);
    this.#countRestart(page, process === undefined && !isMark, isNamelessRestart);
    if (isNamelessRestart) this.#endAll(page);

    const growths: Growth[] = [];
    const present = new Set<string>();
    for (const { metric, labels, value, createdAt } of page.counters) {
      const id = this.#seriesKey(metric, labels, createdAt, processKey);
      present.add(id);
      const known = this.#series.get(id);
      const skew = this.#skew(page);
      const origin = this.#naming.created ? createdAt : page.startedAt;
      const originHere = this.#isNameless() ? Number.NEGATIVE_INFINITY : origin + skew;
      const lastOfProcess = process?.seenAt ?? Number.NEGATIVE_INFINITY;
      const isUsable = Number.isFinite(value) && value >= 0;
      let amount = 0;
      let last = process?.seenAt ?? this.#pages.at(-1)?.at ?? page.at;
      let from = Math.max(lastOfProcess, originHere);
      // A counter cannot fall between its creation and the end of its process: such a page is older than what is known.
      const isStale = this.#naming.created && value < (known?.value ?? 0);
      if (isMark || !isUsable || isStale) amount = 0;
      else if (known?.value !== undefined && value >= known.value) {
        amount = value - known.value;
        last = known.seenAt;
        from = Math.max(last, originHere);
      } else if (known?.value !== undefined) amount = value;
      else if (this.#isNew(origin, known ? undefined : process)) amount = value;
      // A clock that was set back, or that was never set, makes no gap.
      if (last > page.at || last < CLOCKS_ARE_SET_FROM) from = page.at;
      const key = labels["api_key_alias"];
      if (amount > 0) growths.push({ metric, labels, key, amount, from: Math.min(from, page.at), to: page.at });
      this.#series.set(id, {
        process: processKey,
        createdAt: origin,
        value: isUsable && !isStale ? value : known?.value,
        seenAt: page.at,
        absentSince: undefined,
      });
    }
    for (const [key, series] of this.#series) {
      if (series.process === processKey && !present.has(key)) series.absentSince ??= page.at;
    }
    this.#processes.set(processKey, { seenAt: page.at, absentSince: undefined });
    for (const [key, other] of this.#processes) if (key !== processKey) other.absentSince ??= page.at;
    this.#pages.push(page);
    return growths;
  }

  /** Forgets what was absent from pages that span thirty days, the newest page not counted. */
  forget(now: number): void {
    const before = Math.min(now, this.#pages.at(-2)?.at ?? Number.NEGATIVE_INFINITY) - 30 * DAY_MS;
    if (this.#isNameless() || !this.#mark) return;
    let isAny = false;
    for (const [key, series] of this.#series) {
      const isProcessGone = (this.#processes.get(series.process)?.absentSince ?? Number.POSITIVE_INFINITY) <= before;
      const isGone = this.#naming.created && (series.absentSince ?? Number.POSITIVE_INFINITY) <= before;
      if (!isProcessGone && !isGone) continue;
      this.#series.delete(key);
      isAny = true;
    }
    for (const [key, process] of this.#processes) {
      const isOwner = [...this.#series.values()].some((series) => series.process === key);
      if ((process.absentSince ?? Number.POSITIVE_INFINITY) <= before && !isOwner) this.#processes.delete(key);
    }
    const ahead = this.#mark.at - this.#mark.firstPageAt;
    const isSameClock = ahead <= 0 && ahead >= -3000;
    if (isAny) this.#forgottenBefore = Math.max(this.#forgottenBefore, before + (isSameClock ? 0 : ahead + 2000));
  }

  #isNameless(): boolean {
    return !this.#naming.created && this.#naming.start === "none";
  }

  #isNew(origin: number, process: Process | undefined): boolean {
    if (!this.#naming.created && process) return true;
    return !this.#isNameless() && origin > this.markAt && origin >= this.#forgottenBefore;
  }

  #seriesKey(metric: string, labels: object, createdAt: number, process: string): string {
    return `${metric} ${JSON.stringify(labels)} ${process} ${this.#naming.created ? createdAt : ""}`;
  }

  #processKey(page: ObservedPage): string {
    return this.#isNameless() ? "nobody" : String(page.generation);
  }

  #skew(page: ObservedPage): number {
    return page.dateAt === undefined || Math.abs(page.at - page.dateAt) <= 2000 ? 0 : page.at - page.dateAt;
  }

  #countRestart(page: ObservedPage, isNew: boolean, isNamelessRestart: boolean): void {
    if (isNamelessRestart) this.restarts += 1;
    if (!isNew || this.#isNameless() || page.startedAt <= this.markAt) return;
    if (this.#flagged.some((at) => Math.abs(at - page.startedAt) <= 60_000)) return;
    this.#flagged.push(page.startedAt);
    this.restarts += 1;
  }

  #fellByHalf(page: ObservedPage): boolean {
    let [before, after] = [0, 0];
    for (const { metric, labels, value } of page.counters) {
      const known = this.#series.get(this.#seriesKey(metric, labels, 0, "nobody"));
      if (metric !== "requests" || known?.seenAt !== this.#pages.at(-1)?.at) continue;
      before += known?.value ?? 0;
      after += value;
    }
    return after < before / 2 || this.#isMissingByHalf(page);
  }

  /** Behind pages without any requests, whether more than half of those of the newest page that had any are missing. */
  #isMissingByHalf(page: ObservedPage): boolean {
    const shown = new Map(
      page.counters
        .filter(({ metric }) => metric === "requests")
        .map(({ metric, labels, value }) => [this.#seriesKey(metric, labels, 0, "nobody"), value]),
    );
    const requests = [...this.#series].filter(([key]) => key.startsWith("requests "));
    const seenAt = Math.max(...requests.map(([, series]) => series.seenAt));
    if (shown.size === 0 || seenAt === this.#pages.at(-1)?.at) return false;
    const newest = requests.filter(([, series]) => series.seenAt === seenAt);
    const before = newest.reduce((sum, [, { value }]) => sum + (value ?? 0), 0);
    const after = newest.reduce((sum, [key]) => sum + (shown.get(key) ?? 0), 0);
    return after < before / 2;
  }

  /** A restart that no process name shows ends every series: each counts from zero since this page, or the last that had it. */
  #endAll(page: ObservedPage): void {
    const present = new Map(
      page.counters.map(({ metric, labels, value }) => [this.#seriesKey(metric, labels, 0, "nobody"), value]),
    );
    for (const [key, series] of this.#series) {
      const value = present.get(key);
      if (value === undefined) this.#series.set(key, { ...series, value: 0, seenAt: page.at });
      // Of a value that no counter can have the state is kept.
      else if (Number.isFinite(value) && value >= 0) this.#series.delete(key);
    }
  }
}
