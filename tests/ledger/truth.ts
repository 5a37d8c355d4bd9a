import { DistinctCount } from "../../lib/aggregator/distinct-count.ts";
import { LogSketch } from "../../lib/aggregator/log-sketch.ts";
import { addNumberSet } from "../../lib/aggregator/number-set.ts";
import { createZone } from "../../lib/aggregator/zone.ts";
import type { Ledger } from "../../lib/ledger/ledger.ts";
import type { TestRecord } from "../support/ledger.ts";

/** A rollup by the text of its key. */
type Rollup = Map<string, number[]>;
type Rollups = Record<string, Rollup>;

const DAY = 86_400_000;

/**
 * What records must add up to, computed row by row, without anything of the product; minutes are kept of those from
 * `minutesFrom` on (UTC milliseconds; of none).
 */
export function truthOf(
  records: readonly TestRecord[],
  zoneName: string,
  minutesFrom = Number.POSITIVE_INFINITY,
): Rollups {
  const zone = createZone(zoneName);
  const rollups: Rollups = {};
  const add = (name: string, key: readonly unknown[], values: readonly number[]) => {
    rollups[name] ??= new Map();
    const text = JSON.stringify(key);
    const sums = rollups[name].get(text) ?? values.map(() => 0);
    rollups[name].set(
      text,
      sums.map((sum, i) => sum + (values[i] ?? 0)),
    );
  };
  for (const r of records) {
    const day = Math.floor(r.at / DAY);
    const local = new Date(r.at + zone.offsetMs(r.at)).toISOString().slice(0, 10);
    const total = r.prompt + r.completion;
    const traffic = [1, r.prompt, r.completion, total, r.spend];
    const use = [1, r.status, r.prompt, r.completion, total, r.spend];
    const ok = r.status === 0;
    const timed = (ms: number) => (ok && ms >= 0 ? [1, ms] : [0, 0]);
    const full = [
      ...use,
      ...(ok ? [r.prompt, r.completion, total] : [0, 0, 0]),
      ...[Number(r.cache === 1), Number(r.cache === 2), r.cache === 1 ? total : 0, r.cache === 2 ? total : 0],
      ...timed(r.latencyMs),
      ...timed(r.firstTokenMs),
      ok ? r.spend : 0,
      ...(ok && r.spend === 0 && r.cache !== 1 && total > 0 ? [1, r.prompt, r.completion] : [0, 0, 0]),
    ];
    const route = [r.model, r.group, r.provider];
    const payer = [r.key, r.user, r.team];
    const quarter = Math.floor((r.at % DAY) / 900_000);
    add("quarter", [day, quarter, route, r.status, r.cache], traffic);
    add("quarter_total", [day, quarter], full);
    const minute = Math.floor((r.at % DAY) / 60_000);
    if (r.at >= minutesFrom) add("minute", [day, minute, route, r.status], traffic);
    add("payer_day", [day, local, payer, route], use);
    add("customer_day", [day, local, r.endUser, payer, route], use);
    for (const tag of r.tags ?? []) add("tag_day", [day, local, tag], use);
    add("route_day", [day, local, route], full);
    add("records", [day], [1]);
  }
  return rollups;
}

const TRAFFIC = "c.requests, c.prompt_tokens, c.completion_tokens, c.total_tokens, c.spend";
const USE = "c.requests, c.failures, c.prompt_tokens, c.completion_tokens, c.total_tokens, c.spend";
const FULL = `${USE}, c.success_prompt_tokens, c.success_completion_tokens, c.success_total_tokens, c.hits, c.misses,
  c.hit_tokens, c.miss_tokens, c.latency_count, c.latency_ms, c.first_token_count, c.first_token_ms, c.success_spend, c.unpriced_requests,
  c.unpriced_prompt_tokens, c.unpriced_completion_tokens`;

/** The ledger's rollups in the shape of `truthOf`. */
export async function rollupsOf({ sql }: Ledger): Promise<Rollups> {
  const rows = await sql.rows<{ id: number; text: string | null }>("SELECT id, text FROM text");
  const texts = new Map(rows.map(({ id, text }) => [id, text]));
  const names = async (statement: string) => {
    const lists = await sql.lists(statement);
    return new Map(lists.map(([id, ...ids]) => [Number(id), ids.map((each) => texts.get(Number(each)))]));
  };
  const routes = await names("SELECT id, model, model_group, provider FROM route");
  const payers = await names("SELECT id, api_key, user_id, team_id FROM payer");
  const local = (day: number, shift: number) => new Date((day + shift) * DAY).toISOString().slice(0, 10);
  const read = async (
    table: string,
    keys: string,
    sums: string,
    keyOf: (key: number[]) => unknown[],
  ): Promise<Rollup> => {
    const width = keys.split(",").length;
    const from = table === "" ? "sheet AS c" : `sheet JOIN ${table} AS c ON c.sheet = sheet.id`;
    const where = table === "" ? "c.is_live = 1 AND c.records > 0" : "sheet.is_live = 1";
    const found = await sql.lists(`SELECT ${keys}, ${sums} FROM ${from} WHERE ${where}`);
    return new Map(
      found.map((row) => [JSON.stringify(keyOf(row.slice(0, width).map(Number))), row.slice(width).map(Number)]),
    );
  };
  const all: Rollups = {
    quarter: await read("quarter", "sheet.day, c.quarter, c.route, c.status, c.cache", TRAFFIC, ([d, q, r, s, c]) => [
      d,
      q,
      routes.get(r ?? 0),
      s,
      c,
    ]),
    quarter_total: await read("quarter_total", "sheet.day, c.quarter", FULL, ([d, q]) => [d, q]),
    minute: await read("minute", "sheet.day, c.minute, c.route, c.status", TRAFFIC, ([d, m, r, s]) => [
      d,
      m,
      routes.get(r ?? 0),
      s,
    ]),
    payer_day: await read("payer_day", "sheet.day, c.shift, c.payer, c.route", USE, ([d = 0, s = 0, p, r]) => [
      d,
      local(d, s),
      payers.get(p ?? 0),
      routes.get(r ?? 0),
    ]),
    customer_day: await read(
      "customer_day",
      "sheet.day, c.shift, c.customer, c.payer, c.route",
      USE,
      ([d = 0, s = 0, e, p, r]) => [d, local(d, s), texts.get(e ?? 0), payers.get(p ?? 0), routes.get(r ?? 0)],
    ),
    tag_day: await read("tag_day", "sheet.day, c.shift, c.tag", USE, ([d = 0, s = 0, t]) => [
      d,
      local(d, s),
      texts.get(t ?? 0),
    ]),
    route_day: await read("route_day", "sheet.day, c.shift, c.route", FULL, ([d = 0, s = 0, r]) => [
      d,
      local(d, s),
      routes.get(r ?? 0),
    ]),
    records: await read("", "c.day", "c.records", ([d]) => [d]),
  };
  return Object.fromEntries(Object.entries(all).filter(([, rollup]) => rollup.size > 0));
}

/** Where two sets of rollups differ by more than the noise of sums; empty where they do not. */
export function differences(found: Rollups, truth: Rollups): string[] {
  const problems: string[] = [];
  for (const name of new Set([...Object.keys(found), ...Object.keys(truth)])) {
    const [a, b] = [found[name] ?? new Map(), truth[name] ?? new Map()];
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      const [is = [], must = []] = [a.get(key), b.get(key)];
      const isNear = (value: number, i: number) =>
        Math.abs(value - (must[i] ?? Number.NaN)) <= 1e-9 * Math.max(1, Math.abs(value));
      if (is.length !== must.length || !is.every(isNear)) {
        problems.push(`${name} ${key} is ${is.join(" ")}, must be ${must.join(" ")}`);
      }
    }
  }
  return problems;
}

/** Users (exact) and sessions of a ledger as a whole, and its latencies. */
export async function crowdOf({ sql }: Ledger): Promise<{ users: number; sessions: number; latency: LogSketch }> {
  const users = new Set<number>();
  const sessions = new DistinctCount();
  const rows = await sql.rows<{ users: Uint8Array; sessions: Uint8Array }>(
    "SELECT users, sessions FROM population JOIN sheet ON sheet.id = sheet WHERE is_live = 1",
  );
  for (const row of rows) {
    addNumberSet(row.users, users);
    sessions.mergeBytes(row.sessions);
  }
  const latency = new LogSketch();
  const sketches = await sql.rows<{ latency: Uint8Array | null }>(
    "SELECT latency FROM route_day JOIN sheet ON sheet.id = sheet WHERE is_live = 1",
  );
  for (const row of sketches) if (row.latency) latency.mergeBytes(row.latency);
  return { users: users.size, sessions: sessions.count, latency };
}
