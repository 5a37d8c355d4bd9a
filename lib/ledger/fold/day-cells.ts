import { DistinctCount } from "../../aggregator/distinct-count.ts";
import { LogSketch } from "../../aggregator/log-sketch.ts";
import type { GroupBatch } from "../batch/group-batch.ts";
import type { SpendBatch } from "../batch/spend-batch.ts";
import { NULL_TEXT } from "../batch/texts.ts";
import { FULL_MEASURES, TRAFFIC_MEASURES, USE_MEASURES } from "../schema/tables.ts";
import type { LocalNames } from "./local-names.ts";
import { TupleTable } from "./tuple-table.ts";

const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;
const QUARTERS = 96;
const FULL = FULL_MEASURES.length;
const USE = USE_MEASURES.length;
const TRAFFIC = TRAFFIC_MEASURES.length;
const CACHE_HIT = 1;
/** Its place among `FULL_MEASURES`. */
const SUCCESS_SPEND = 17;

/** The sketches of a route's successes on a day. */
export type RouteSketches = { readonly latency: LogSketch; readonly firstToken: LogSketch; readonly tokens: LogSketch };

/**
 * What some records of one UTC day add up to: the cells of each rollup, by numbers of the names of one source. In tables
 * whose key has a shift, it is held plus one, as keys are not negative.
 */
export class DayCells {
  /** UTC milliseconds of the day's begin. */
  readonly start: number;
  records = 0;
  readonly quarters = new TupleTable(TRAFFIC);
  readonly quarterTotals = new Float64Array(QUARTERS * FULL);
  readonly minutes = new TupleTable(TRAFFIC);
  readonly payers = new TupleTable(USE);
  readonly customers = new TupleTable(USE);
  readonly tags = new TupleTable(USE);
  readonly routes = new TupleTable(FULL);
  readonly sketches: RouteSketches[] = [];
  /** By shift plus one. */
  readonly sessions: (DistinctCount | undefined)[] = [undefined, undefined, undefined];
  readonly #names: LocalNames;
  readonly #shifts: Int8Array;
  readonly #minutesFrom: number;

  /** `shifts` by quarter, as `shiftsOf` gives them; minutes are kept of records from `minutesFrom` on. */
  constructor(start: number, names: LocalNames, shifts: Int8Array, minutesFrom: number) {
    this.start = start;
    this.#names = names;
    this.#shifts = shifts;
    this.#minutesFrom = minutesFrom;
  }

  /** Counts row `i`, which must be of this day. */
  add(batch: SpendBatch, i: number): void {
    const names = this.#names;
    const at = batch.startedAt[i] ?? 0;
    const inDay = at - this.start;
    const quarter = Math.floor(inDay / QUARTER_MS);
    const shift = (this.#shifts[quarter] ?? 0) + 1;
    const status = batch.status[i] ?? 0;
    const route = names.route(batch.model[i] ?? 0, batch.modelGroup[i] ?? 0, batch.provider[i] ?? 0);
    const payer = names.payer(batch.key[i] ?? 0, batch.user[i] ?? 0, batch.team[i] ?? 0);
    this.records++;
    addTraffic(this.quarters, this.quarters.find(quarter, route, status, batch.cache[i] ?? 0), batch, i);
    if (at >= this.#minutesFrom) {
      addTraffic(this.minutes, this.minutes.find(Math.floor(inDay / MINUTE_MS), route, status, 0), batch, i);
    }
    addUse(this.payers, this.payers.find(shift, payer, route, 0), batch, i);
    addUse(this.customers, this.customers.find(shift, batch.endUser[i] ?? 0, payer, route), batch, i);
    const tags = names.tags(batch.tags[i] ?? 0);
    for (let tag = 0; tag < tags.length; tag++)
      addUse(this.tags, this.tags.find(shift, tags[tag] ?? 0, 0, 0), batch, i);
    const ofRoute = this.routes.find(shift, route, 0, 0);
    addFull(this.routes.sums, ofRoute * FULL, batch, i);
    addFull(this.quarterTotals, quarter * FULL, batch, i);
    if (status === 0) this.#sketch(ofRoute, batch, i);
    const high = batch.sessionHigh[i] ?? 0;
    const low = batch.sessionLow[i] ?? 0;
    if (high !== 0 || low !== 0) {
      this.sessions[shift] ??= new DistinctCount();
      this.sessions[shift]?.add(high, low);
    }
  }

  /** Counts row `i` of a batch of groups, which must be of this day and older than the minutes that are kept. */
  addGroup(batch: GroupBatch, i: number): void {
    const quarter = Math.floor(((batch.at[i] ?? 0) - this.start) / QUARTER_MS);
    const shift = (this.#shifts[quarter] ?? 0) + 1;
    const route = this.#names.route(batch.model[i] ?? 0, batch.modelGroup[i] ?? 0, batch.provider[i] ?? 0);
    const payer = this.#names.payer(NULL_TEXT, NULL_TEXT, NULL_TEXT);
    const requests = batch.requests[i] ?? 0;
    const spend = batch.spend[i] ?? 0;
    const ofRoute = this.routes.find(shift, route, 0, 0);
    this.records += requests;
    // The cell first: a table that grows has other sums afterwards.
    const ofQuarter = this.quarters.find(quarter, route, 0, 0);
    const ofPayer = this.payers.find(shift, payer, route, 0);
    const ofCustomer = this.customers.find(shift, NULL_TEXT, payer, route);
    addPlain(this.quarters.sums, ofQuarter * TRAFFIC, TRAFFIC, requests, spend);
    addPlain(this.payers.sums, ofPayer * USE, USE, requests, spend);
    addPlain(this.customers.sums, ofCustomer * USE, USE, requests, spend);
    addPlainSuccess(this.routes.sums, ofRoute * FULL, requests, spend);
    addPlainSuccess(this.quarterTotals, quarter * FULL, requests, spend);
    this.#sketchesOf(ofRoute).tokens.add(0, requests);
  }

  #sketchesOf(route: number): RouteSketches {
    const known = this.sketches[route];
    if (known) return known;
    const sketches = { latency: new LogSketch(), firstToken: new LogSketch(), tokens: new LogSketch() };
    this.sketches[route] = sketches;
    return sketches;
  }

  #sketch(route: number, batch: SpendBatch, i: number): void {
    const sketches = this.#sketchesOf(route);
    const latency = batch.latencyMs[i] ?? Number.NaN;
    const firstToken = batch.firstTokenMs[i] ?? Number.NaN;
    if (latency >= 0) sketches.latency.add(latency);
    if (firstToken >= 0) sketches.firstToken.add(firstToken);
    sketches.tokens.add(batch.totalTokens[i] ?? 0);
  }
}

/** Requests, which are the first of the measures, and spend, which is the last of the `measures` that all rows have. */
function addPlain(sums: Float64Array, at: number, measures: number, requests: number, spend: number): void {
  sums[at] = (sums[at] ?? 0) + requests;
  const last = at + measures - 1;
  sums[last] = (sums[last] ?? 0) + spend;
}

/** The same where successes have a sum of their own: a table without a status holds nothing else. */
function addPlainSuccess(sums: Float64Array, at: number, requests: number, spend: number): void {
  addPlain(sums, at, USE, requests, spend);
  sums[at + SUCCESS_SPEND] = (sums[at + SUCCESS_SPEND] ?? 0) + spend;
}

function addTraffic(table: TupleTable, cell: number, batch: SpendBatch, i: number): void {
  const { sums } = table;
  const at = cell * TRAFFIC;
  sums[at] = (sums[at] ?? 0) + 1;
  sums[at + 1] = (sums[at + 1] ?? 0) + (batch.promptTokens[i] ?? 0);
  sums[at + 2] = (sums[at + 2] ?? 0) + (batch.completionTokens[i] ?? 0);
  sums[at + 3] = (sums[at + 3] ?? 0) + (batch.totalTokens[i] ?? 0);
  sums[at + 4] = (sums[at + 4] ?? 0) + (batch.spend[i] ?? 0);
}

function addUse({ sums }: TupleTable, cell: number, batch: SpendBatch, i: number): void {
  addSharedUse(sums, cell * USE, batch, i);
}

/** The first measures of every rollup but the traffic's, in the order of `USE_MEASURES`. */
function addSharedUse(sums: Float64Array, at: number, batch: SpendBatch, i: number): void {
  sums[at] = (sums[at] ?? 0) + 1;
  sums[at + 1] = (sums[at + 1] ?? 0) + (batch.status[i] ?? 0);
  sums[at + 2] = (sums[at + 2] ?? 0) + (batch.promptTokens[i] ?? 0);
  sums[at + 3] = (sums[at + 3] ?? 0) + (batch.completionTokens[i] ?? 0);
  sums[at + 4] = (sums[at + 4] ?? 0) + (batch.totalTokens[i] ?? 0);
  sums[at + 5] = (sums[at + 5] ?? 0) + (batch.spend[i] ?? 0);
}

/** In the order of `FULL_MEASURES`. */
function addFull(sums: Float64Array, at: number, batch: SpendBatch, i: number): void {
  addSharedUse(sums, at, batch, i);
  const total = batch.totalTokens[i] ?? 0;
  const cache = batch.cache[i] ?? 0;
  if (cache !== 0) {
    const by = at + 8 + cache;
    sums[by] = (sums[by] ?? 0) + 1;
    sums[by + 2] = (sums[by + 2] ?? 0) + total;
  }
  if (batch.status[i] !== 0) return;
  sums[at + 6] = (sums[at + 6] ?? 0) + (batch.promptTokens[i] ?? 0);
  sums[at + 7] = (sums[at + 7] ?? 0) + (batch.completionTokens[i] ?? 0);
  sums[at + 8] = (sums[at + 8] ?? 0) + total;
  const latency = batch.latencyMs[i] ?? Number.NaN;
  if (latency >= 0) {
    sums[at + 13] = (sums[at + 13] ?? 0) + 1;
    sums[at + 14] = (sums[at + 14] ?? 0) + latency;
  }
  const firstToken = batch.firstTokenMs[i] ?? Number.NaN;
  if (firstToken >= 0) {
    sums[at + 15] = (sums[at + 15] ?? 0) + 1;
    sums[at + 16] = (sums[at + 16] ?? 0) + firstToken;
  }
  const spend = batch.spend[i] ?? 0;
  sums[at + SUCCESS_SPEND] = (sums[at + SUCCESS_SPEND] ?? 0) + spend;
  if (spend !== 0 || cache === CACHE_HIT || total <= 0) return;
  sums[at + 18] = (sums[at + 18] ?? 0) + 1;
  sums[at + 19] = (sums[at + 19] ?? 0) + (batch.promptTokens[i] ?? 0);
  sums[at + 20] = (sums[at + 20] ?? 0) + (batch.completionTokens[i] ?? 0);
}
