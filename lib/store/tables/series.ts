import type { Database } from "bun:sqlite";
import type { Origin } from "../../aggregator/origin.ts";

/** The state of one series (accounting rule 1). */
export type SeriesState = {
  readonly id: number;
  readonly name: number;
  readonly process: number;
  readonly cell: number;
  /** The newest usable value; undefined where there never was one. */
  readonly value: number | undefined;
  /** When it was last on a page, kept only while it is absent from the pages of its process. */
  readonly lastSeenAt: number | undefined;
  readonly absentSince: number | undefined;
  readonly labels: string;
  readonly originKind: Origin["kind"];
  /** 0 where the origin is unknown. */
  readonly originSeconds: number;
};

/** What tells one series of a process from another. */
export type SeriesIdentity = { readonly name: number; readonly labels: string; readonly origin: Origin };

type Row = {
  id: number;
  name: number;
  labels: string;
  origin_kind: number;
  origin_seconds: number;
  process: number;
  cell: number;
  value: number | null;
  last_seen_at: number | null;
  absent_since: number | null;
};

const COLUMNS = "id, name, labels, origin_kind, origin_seconds, process, cell, value, last_seen_at, absent_since";
/** Kinds of origin, in the order of their numbers in the table. */
const ORIGIN_KINDS: readonly Origin["kind"][] = ["unknown", "process", "created"];

/** A label set as it is stored: 128 bits of the SHA-256 of its canonical text. */
export function labelsHash(canonical: string): string {
  return Bun.SHA256.hash(canonical, "base64url").slice(0, 22);
}

/** Every series of one process, one after the other as they are asked for. */
export function* seriesOfProcess(db: Database, process: number): Generator<SeriesState> {
  const rows = db.query<Row, [number]>(`SELECT ${COLUMNS} FROM series WHERE process = ?`).iterate(process);
  for (const row of rows) yield toState(row);
}

/** The processes of a target that have a series with this name, label set and origin: one, but for a rare coincidence. */
export function ownersOfSeries(db: Database, target: number, identity: SeriesIdentity): number[] {
  return db
    .query<{ process: number }, [string, number, number, number, number]>(
      `SELECT process FROM series
       WHERE labels = ? AND name = ? AND origin_kind = ? AND origin_seconds = ? AND target = ?`,
    )
    .all(identity.labels, identity.name, kindNumber(identity.origin), secondsOf(identity.origin), target)
    .map(({ process }) => process);
}

/** The target that knows a series, whatever its URL. */
export function targetOfSeries(db: Database, identity: SeriesIdentity): number | undefined {
  const row = db
    .query<{ target: number }, [string, number, number, number]>(
      "SELECT target FROM series WHERE labels = ? AND name = ? AND origin_kind = ? AND origin_seconds = ? LIMIT 1",
    )
    .get(identity.labels, identity.name, kindNumber(identity.origin), secondsOf(identity.origin));
  return row?.target;
}

/**
 * The processes of a target that have series with `_created` under one of the names on their newest page. `names` are the
 * ids of names.
 */
export function processesWithCreated(db: Database, target: number, names: readonly number[]): number[] {
  return db
    .query<{ id: number }, [number, string]>(
      `SELECT id FROM process WHERE target = ?1 AND EXISTS (
         SELECT 1 FROM series WHERE process = process.id AND origin_kind = 2 AND last_seen_at IS NULL
           AND name IN (SELECT value FROM json_each(?2)))`,
    )
    .all(target, JSON.stringify(names))
    .map(({ id }) => id);
}

/** Adds a series that was not known; gives its id. */
export function insertSeries(
  db: Database,
  target: number,
  identity: SeriesIdentity,
  state: Pick<SeriesState, "process" | "cell" | "value">,
): number {
  const { name, labels, origin } = identity;
  return Number(
    db
      .query(
        `INSERT INTO series (target, name, labels, origin_kind, origin_seconds, process, cell, value)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(target, name, labels, kindNumber(origin), secondsOf(origin), state.process, state.cell, state.value ?? null)
      .lastInsertRowid,
  );
}

/** Writes what changed of a series that is on the page, whatever it is. */
export function updateSeries(db: Database, id: number, state: Pick<SeriesState, "cell" | "value">): void {
  db.query("UPDATE series SET cell = ?, value = ?, last_seen_at = NULL, absent_since = NULL WHERE id = ?").run(
    state.cell,
    state.value ?? null,
    id,
  );
}

/** Writes the value of a series of which nothing else changed. */
export function updateValue(db: Database, id: number, value: number | undefined): void {
  db.query("UPDATE series SET value = ? WHERE id = ?").run(value ?? null, id);
}

/** Notes that a series of the page's process is not on the page; `absentSince` undefined where its name is not mapped. */
export function markAbsent(db: Database, id: number, lastSeenAt: number, absentSince: number | undefined): void {
  db.query("UPDATE series SET last_seen_at = ?, absent_since = ? WHERE id = ?").run(
    lastSeenAt,
    absentSince ?? null,
    id,
  );
}

/** Notes that a series began anew while it was absent: what it shows when it comes back is all new since `at`. */
export function restartAbsent(db: Database, id: number, at: number): void {
  db.query("UPDATE series SET value = 0, last_seen_at = ? WHERE id = ?").run(at, id);
}

function kindNumber({ kind }: Origin): number {
  return ORIGIN_KINDS.indexOf(kind);
}

/** When a series began, as it is stored. */
export function secondsOf(origin: Origin): number {
  return origin.kind === "unknown" ? 0 : origin.seconds;
}

function toState(row: Row): SeriesState {
  return {
    id: row.id,
    name: row.name,
    process: row.process,
    cell: row.cell,
    value: row.value ?? undefined,
    lastSeenAt: row.last_seen_at ?? undefined,
    absentSince: row.absent_since ?? undefined,
    labels: row.labels,
    originKind: ORIGIN_KINDS[row.origin_kind] ?? "unknown",
    originSeconds: row.origin_seconds,
  };
}
