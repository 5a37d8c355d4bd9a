import { createZone } from "../../aggregator/zone.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { openExisting, sqliteReason } from "../../store/database.ts";
import { type Purged, purge, vacuum } from "../../store/purge.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";

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
  for (const warning of warnings) io.err(`litellm-pulse: ${warning}\n`);
  const { olderThan, dryRun } = options;
  if (
    olderThan !== undefined &&
    !(/^\d{1,5}$/.test(olderThan) && Number(olderThan) >= 1 && Number(olderThan) <= MOST_DAYS)
  ) {
    io.err(
      `litellm-pulse: --older-than is "${olderThan.slice(0, 80)}", expected a whole number of days from 1 to ${MOST_DAYS}\n`,
    );
    return EXIT.usage;
  }
  const opened = openExisting(config.dbPath);
  if (opened.kind === "failed") {
    io.err(`litellm-pulse: ${opened.failure.message}\n`);
    return opened.failure.reason === "missing" ? EXIT.noData : EXIT.database;
  }
  const { db } = opened;
  const zone = createZone(config.timezone);
  const retentionDays = olderThan === undefined ? config.dbRetentionDays : Number(olderThan);
  try {
    const purged = purge(db, { retentionDays, now: io.now(), zone, dryRun });
    if (options.vacuum && !dryRun) vacuum(db);
    io.out(options.json ? `${JSON.stringify(purgedBody(purged, dryRun))}\n` : `${purgedLine(purged, dryRun)}\n`);
    return EXIT.done;
  } catch (error) {
    const reason = sqliteReason(error);
    if (reason === undefined) throw error;
    io.err(`litellm-pulse: Cannot purge the database ${opened.path}: ${reason}\n`);
    return EXIT.database;
  } finally {
    db.close();
  }
}

function purgedLine({ before, buckets, snapshots }: Purged, dryRun: boolean): string {
  if (before === undefined) return "Nothing to remove: LITELLM_PULSE_DB_RETENTION_DAYS is -1, everything is kept";
  const verb = dryRun ? "Would remove" : "Removed";
  return `${verb} ${buckets} quarter-hour rows and ${snapshots} snapshots from before ${new Date(before).toISOString()}`;
}

function purgedBody({ before, buckets, snapshots }: Purged, dryRun: boolean): Record<string, unknown> {
  const at = before === undefined ? null : new Date(before).toISOString();
  return { schema_version: 1, dry_run: dryRun, before: at, buckets, snapshots };
}
