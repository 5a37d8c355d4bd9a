import type { FakePage, Naming } from "./fake-litellm.ts";

const DAY_MS = 86_400_000;

/** What a counter grew between two pages, and the instants between which it did. */
export type Growth = {
  readonly metric: "requests" | "cost";
  readonly key: string | undefined;
  readonly amount: number;
  readonly from: number;
  readonly to: number;
};

/** A page as it was committed. Instants are on our clock, `dateAt` on LiteLLM's. */
export type SeenPage = FakePage & { readonly at: number; readonly dateAt: number | undefined };

type Series = {
  readonly process: string;
  readonly createdAt: number;
  value: number;
  seenAt: number;
  absentSince: number | undefined;
};
type Process = { seenAt: number; absentSince: number | undefined };

/**
 * What can be known from the pages of one LiteLLM, by DESIGN's accounting rules 1 to 4, written down as plainly as can be
 * and without a line of the product's. Workers that nothing tells apart are beyond it.
 */
export class Observer {
  readonly #naming: Naming;
  readonly #series = new Map<string, Series>();
  readonly #processes = new Map<string, Process>();
  #mark: { at: number; firstPageAt: number } | undefined;
  #pages: SeenPage[] = [];
  #forgottenBefore = Number.NEGATIVE_INFINITY;
  restarts = 0;
  #flagged: number[] = [];

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  get pages(): readonly SeenPage[] {
    return this.#pages;
  }

  get markAt(): number {
    return this.#mark?.at ?? Number.NaN;
  }

  /** What a page shows to have grown since the pages before. */
  see(page: SeenPage): Growth[] {
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
      const key = this.#seriesKey(metric, labels, createdAt, processKey);
      present.add(key);
      const known = this.#series.get(key);
      const skew = this.#skew(page);
      const origin = this.#naming.created ? createdAt : page.startedAt;
      const originHere = this.#isNameless() ? Number.NEGATIVE_INFINITY : origin + skew;
      const lastOfProcess = process?.seenAt ?? Number.NEGATIVE_INFINITY;
      let amount = 0;
      let from = Math.max(lastOfProcess, originHere);
      if (isMark) amount = 0;
      else if (known && value >= known.value) {
        amount = value - known.value;
        from = Math.max(known.seenAt, originHere);
      } else if (known) amount = value;
      else if (this.#isNew(origin, process)) amount = value;
      if (amount > 0)
        growths.push({ metric, key: labels["api_key_alias"], amount, from: Math.min(from, page.at), to: page.at });
      this.#series.set(key, { process: processKey, createdAt: origin, value, seenAt: page.at, absentSince: undefined });
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
    const { at, firstPageAt } = this.#mark;
    if (isAny) this.#forgottenBefore = Math.max(this.#forgottenBefore, before + at - firstPageAt);
  }

  #isNameless(): boolean {
    return !this.#naming.created && this.#naming.start === "none";
  }

  #isNew(origin: number, process: Process | undefined): boolean {
    if (!this.#naming.created && process) return true;
    return !this.#isNameless() && origin > this.markAt && origin >= this.#forgottenBefore;
  }

  /** A series that says when it was created is the same whoever answers; else it is one of its process. */
  #seriesKey(metric: string, labels: object, createdAt: number, process: string): string {
    const tail = this.#naming.created ? String(createdAt) : process;
    return `${metric} ${JSON.stringify(labels)} ${tail}`;
  }

  #processKey(page: FakePage): string {
    return this.#isNameless() ? "nobody" : String(page.generation);
  }

  #skew(page: SeenPage): number {
    return page.dateAt === undefined || Math.abs(page.at - page.dateAt) <= 2000 ? 0 : page.at - page.dateAt;
  }

  #countRestart(page: SeenPage, isNew: boolean, isNamelessRestart: boolean): void {
    if (isNamelessRestart) this.restarts += 1;
    if (!isNew || this.#isNameless() || page.startedAt <= this.markAt) return;
    if (this.#flagged.some((at) => Math.abs(at - page.startedAt) <= 60_000)) return;
    this.#flagged.push(page.startedAt);
    this.restarts += 1;
  }

  #fellByHalf(page: SeenPage): boolean {
    let [before, after] = [0, 0];
    for (const { metric, labels, value } of page.counters) {
      const known = this.#series.get(this.#seriesKey(metric, labels, 0, "nobody"));
      if (metric !== "requests" || known?.seenAt !== this.#pages.at(-1)?.at) continue;
      before += known?.value ?? 0;
      after += value;
    }
    return after < before / 2;
  }

  /** A restart that no process name shows ends every series: each counts from zero since this page, or the last that had it. */
  #endAll(page: SeenPage): void {
    const present = new Set(page.counters.map(({ metric, labels }) => this.#seriesKey(metric, labels, 0, "nobody")));
    for (const [key, series] of this.#series) {
      if (present.has(key)) this.#series.delete(key);
      else this.#series.set(key, { ...series, value: 0, seenAt: page.at });
    }
  }
}
