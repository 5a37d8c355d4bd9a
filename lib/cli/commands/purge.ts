import { isoIn } from "../../aggregator/iso.ts";
import { createZone } from "../../aggregator/zone.ts";
import { quoted } from "../../config/mask.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { jsonText } from "../../query/json-text.ts";
import { counted } from "../../report/count-text.ts";
import { openExisting, openForReading } from "../../store/open/database.ts";
import { type Purged, purge, vacuum } from "../../store/purge.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { hasLedger, purgeLedger } from "../ledger/purge-ledger.ts";
import { say } from "../say.ts";
import { sayDatabaseError, sayStoreFailure } from "../say-database.ts";

/** What `purge` was told besides the settings. */
export type PurgeOptions = {
  readonly dryRun: boolean;
  readonly olderThan: string | undefined;
  readonly vacuum: boolean;
  readonly json: boolean;
};

const MOST_DAYS = 36_500;

/** `purge`: removes what is past its retention, now instead of within the hour. */
export async function purgeCommand(
  { config, warnings }: ResolvedConfig,
  options: PurgeOptions,
  io: Io,
): Promise<ExitCode> {
  for (const warning of warnings) say(io, warning);
  const { olderThan, dryRun } = options;
  const retentionDays = olderThan === undefined ? config.dbRetentionDays : daysOf(olderThan);
  if (retentionDays === undefined) {
    say(io, `--older-than is ${quoted(olderThan ?? "")}, expected a whole number of days from 1 to ${MOST_DAYS}`);
    return EXIT.usage;
  }
  const opened = dryRun ? openForReading(config.dbPath) : openExisting(config.dbPath);
  const home = ledgerHomeOf(config);
  // A ledger may be kept without any other database.
  const isLedgerOnly = opened.kind === "failed" && opened.failure.reason === "missing" && hasLedger(home);
  if (opened.kind === "failed" && !isLedgerOnly) return sayStoreFailure(io, opened.failure);
  const db = opened.kind === "open" ? opened.db : undefined;
  const zone = createZone(config.timezone);
  const times = { retentionDays, now: io.now(), dryRun };
  let tried = "Cannot purge the database";
  const place = opened.kind === "open" ? opened.path : config.dbPath;
  try {
    const ledger = await purgeLedger(home, zone, times);
    if (ledger.kind === "failed") {
      say(io, ledger.message);
      return EXIT.database;
    }
    const rows = db ? purge(db, { ...times, zone }) : { buckets: 0, snapshots: 0, before: ledger.before };
    const before = rows.before === undefined ? null : isoIn(rows.before, zone);
    const purged = { ...rows, identities: ledger.identities };
    io.out(options.json ? jsonText(bodyOf(purged, before, dryRun)) : `${lineOf(purged, before, dryRun)}\n`);
    tried = "Cannot shrink the database";
    if (options.vacuum && !dryRun && db) vacuum(db);
    return EXIT.done;
  } catch (error) {
    return sayDatabaseError(io, tried, place, error);
  } finally {
    db?.close();
  }
}

function daysOf(text: string): number | undefined {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= MOST_DAYS ? days : undefined;
}

type PurgedAll = Purged & { readonly identities: number };

function lineOf({ buckets, snapshots, identities }: PurgedAll, before: string | null, dryRun: boolean): string {
  if (before === null) return "Nothing to remove: LITELLM_PULSE_DB_RETENTION_DAYS is -1, everything is kept";
  const ofLedger = identities === 0 ? "" : `, with the identities of ${counted(identities, "record")} of the ledger,`;
  const rows = `${counted(buckets, "quarter-hour row")} and ${counted(snapshots, "snapshot")}${ofLedger}`;
  return `${dryRun ? "Would remove" : "Removed"} ${rows} from before ${before}`;
}

function bodyOf(
  { buckets, snapshots, identities }: PurgedAll,
  before: string | null,
  dryRun: boolean,
): Record<string, unknown> {
  return { schema_version: 1, dry_run: dryRun, before, buckets, snapshots, identities };
}
