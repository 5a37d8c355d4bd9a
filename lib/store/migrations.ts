import { COUNTERS } from "../litellm/metrics.ts";

const counterColumns = COUNTERS.map((counter) => `${counter} REAL NOT NULL DEFAULT 0`).join(", ");
const snapshotColumns = COUNTERS.map((counter) => `${counter} REAL, ${counter}_delta REAL`).join(", ");

/**
 * The schema, one entry a version, forward only. An entry that has shipped never changes. All instants are UTC
 * milliseconds of our clock unless the name ends in `_seconds` (LiteLLM's own number) or says otherwise.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- One LiteLLM. Pages are numbered by target; first_mark_at and forgotten_before are on LiteLLM's clock. counted_from:
  -- where what a predecessor counted begins; its last page then stands for the first.
  CREATE TABLE target (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, first_page_at REAL NOT NULL, first_mark_at REAL NOT NULL, last_page_at REAL NOT NULL,
    pages INTEGER NOT NULL, last_process INTEGER, restarts INTEGER NOT NULL DEFAULT 0,
    last_restart_page INTEGER NOT NULL DEFAULT 0, forgotten_before REAL, turns TEXT, is_foreign INTEGER NOT NULL DEFAULT 0,
    counted_from REAL
  ) STRICT;
  CREATE TABLE target_url (url TEXT PRIMARY KEY, target INTEGER NOT NULL REFERENCES target) STRICT, WITHOUT ROWID;

  CREATE TABLE process (
    id INTEGER PRIMARY KEY, target INTEGER NOT NULL REFERENCES target, start_seconds REAL, restart_at REAL,
    last_page INTEGER NOT NULL, last_page_at REAL NOT NULL, absent_since REAL
  ) STRICT;
  CREATE INDEX process_by_target ON process (target);
  CREATE TABLE process_value (
    process INTEGER NOT NULL REFERENCES process ON DELETE CASCADE, metric TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (process, metric)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  -- The first good page of the target read while the name was mapped; at is on LiteLLM's clock.
  CREATE TABLE mark (
    target INTEGER NOT NULL REFERENCES target, name INTEGER NOT NULL REFERENCES name, page INTEGER NOT NULL,
    at REAL NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (target, name)
  ) STRICT, WITHOUT ROWID;

  -- What series said of a deployment, in the order of learning; one that serves several models has several rows.
  CREATE TABLE deployment (
    id INTEGER PRIMARY KEY, target INTEGER NOT NULL REFERENCES target, model_id TEXT NOT NULL,
    model TEXT, model_group TEXT, provider TEXT
  ) STRICT;
  CREATE INDEX deployment_by_target ON deployment (target);
  CREATE TABLE cell (
    id INTEGER PRIMARY KEY, model TEXT, model_group TEXT, provider TEXT, team TEXT, key TEXT, user TEXT, end_user TEXT
  ) STRICT;

  -- Counter state. origin_kind: 0 unknown, 1 process start, 2 own _created. value NULL: never had a usable one.
  -- last_seen_at is kept up to date only while the series is absent from its process's pages.
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, target INTEGER NOT NULL REFERENCES target, name INTEGER NOT NULL REFERENCES name,
    labels TEXT NOT NULL, origin_kind INTEGER NOT NULL, origin_seconds REAL NOT NULL,
    process INTEGER NOT NULL REFERENCES process, cell INTEGER NOT NULL REFERENCES cell, value REAL,
    last_seen_at REAL, absent_since REAL,
    UNIQUE (labels, name, origin_kind, origin_seconds, target)
  ) STRICT;
  CREATE INDEX series_by_process ON series (process);

  CREATE TABLE bucket (
    at INTEGER NOT NULL, cell INTEGER NOT NULL REFERENCES cell, estimated INTEGER NOT NULL DEFAULT 0, ${counterColumns},
    PRIMARY KEY (at, cell)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE day (
    day INTEGER NOT NULL, zone TEXT NOT NULL, cell INTEGER NOT NULL REFERENCES cell,
    estimated INTEGER NOT NULL DEFAULT 0, ${counterColumns}, PRIMARY KEY (day, zone, cell)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE lifetime (cell INTEGER PRIMARY KEY REFERENCES cell, ${counterColumns}) STRICT;
  -- What was published before a correction, in total or of one model ('' where it is unknown); the published lifetime
  -- never falls below it.
  CREATE TABLE lifetime_floor (
    scope TEXT NOT NULL CHECK (scope IN ('total', 'model')), model TEXT NOT NULL, ${counterColumns},
    PRIMARY KEY (scope, model)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE snapshot (
    target INTEGER NOT NULL REFERENCES target, page INTEGER NOT NULL, at REAL NOT NULL,
    is_reset INTEGER NOT NULL DEFAULT 0, in_flight_requests REAL, ${snapshotColumns}, PRIMARY KEY (target, page)
  ) STRICT, WITHOUT ROWID;
  -- Unbroken runs of good pages; estimated where two pages lay more than two minutes apart.
  CREATE TABLE observed (
    target INTEGER NOT NULL REFERENCES target, from_at REAL NOT NULL, to_at REAL NOT NULL,
    estimated INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (target, from_at)
  ) STRICT, WITHOUT ROWID;

  -- LiteLLM's own values on the last page of a predecessor, until the first good page is held against them. model '':
  -- all models together.
  CREATE TABLE predecessor_value (
    target INTEGER NOT NULL REFERENCES target, model TEXT NOT NULL, counter TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (target, model, counter)
  ) STRICT, WITHOUT ROWID;

  -- What falls of the last ten pages booked beyond the high-water marks, to be taken back if they were no restarts.
  CREATE TABLE excess (
    target INTEGER NOT NULL REFERENCES target, page INTEGER NOT NULL, bucket INTEGER NOT NULL,
    cell INTEGER NOT NULL REFERENCES cell, counter TEXT NOT NULL, amount REAL NOT NULL
  ) STRICT;
  `,
  // Two processes may have a series of the same label set and `_created`.
  `
  CREATE TABLE series_of_processes (
    id INTEGER PRIMARY KEY, target INTEGER NOT NULL REFERENCES target, name INTEGER NOT NULL REFERENCES name,
    labels TEXT NOT NULL, origin_kind INTEGER NOT NULL, origin_seconds REAL NOT NULL,
    process INTEGER NOT NULL REFERENCES process, cell INTEGER NOT NULL REFERENCES cell, value REAL,
    last_seen_at REAL, absent_since REAL,
    UNIQUE (labels, name, origin_kind, origin_seconds, target, process)
  ) STRICT;
  INSERT INTO series_of_processes SELECT * FROM series;
  DROP TABLE series;
  ALTER TABLE series_of_processes RENAME TO series;
  CREATE INDEX series_by_process ON series (process);
  `,
];
