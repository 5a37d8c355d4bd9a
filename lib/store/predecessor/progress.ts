import type { Database } from "bun:sqlite";
import { readMeta, writeMeta } from "../tables/meta.ts";
import type { ObservedRun } from "../tables/observed.ts";
import type { ModelValues } from "./judge-models.ts";
import { BEFORE_FIRST_ROW, type JudgeState } from "./judge-rows.ts";

/** How far a take-over has come and everything that its continuation needs. Instants are UTC milliseconds. */
export type Progress = {
  /** The newest `scrapes` row that is booked, and its time, by which the original is known again. */
  readonly scrapeId: number;
  readonly scrapeAt: number;
  /** The newest `model_snapshots` row that is booked, and the newest time of any row. */
  readonly modelId: number;
  readonly newestAt: number;
  readonly judge: JudgeState;
  readonly models: ModelValues;
  /** Of the rows whose clock was set: the first and the newest, and the run of them that is still open. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  readonly run: ObservedRun | undefined;
  readonly target: number | undefined;
  readonly restarts: number;
  readonly lastRestartPage: number;
  readonly corrected: number;
  /** Some rows cannot be read, since the file is damaged. */
  readonly isDamaged: boolean;
  /** Where the original goes, once everything is booked. */
  readonly copy: string | undefined;
};

export const NO_PROGRESS: Progress = {
  scrapeId: 0,
  scrapeAt: 0,
  modelId: 0,
  newestAt: 0,
  judge: BEFORE_FIRST_ROW,
  models: new Map(),
  firstAt: undefined,
  lastAt: undefined,
  run: undefined,
  target: undefined,
  restarts: 0,
  lastRestartPage: 0,
  corrected: 0,
  isDamaged: false,
  copy: undefined,
};

/** The progress that a database being filled has noted; undefined where it has none. */
export function readProgress(db: Database): Progress | undefined {
  const text = readMeta(db, "take_over");
  return text === undefined ? undefined : { ...NO_PROGRESS, ...JSON.parse(text, reviveMap) };
}

/** Notes the progress, inside the caller's transaction. */
export function writeProgress(db: Database, progress: Progress): void {
  const text = JSON.stringify(progress, (_, value) => (value instanceof Map ? { map: [...value] } : value));
  writeMeta(db, "take_over", text);
}

function reviveMap(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("map" in value) || !Array.isArray(value.map)) return value;
  const pairs: [unknown, unknown][] = value.map;
  return new Map(pairs);
}
