import type { Zone } from "../../../aggregator/zone.ts";
import { closeOldDays } from "../../../ledger/identity/close.ts";
import { createIntake, type Intake } from "../../../ledger/intake.ts";
import { ledgerMigrations } from "../../../ledger/schema/migrations.ts";
import { claimSource } from "../../../ledger/source.ts";
import type { LedgerAbsence, LedgerAccess } from "../../../server/ledger-access.ts";
import { isStuck } from "../../../store/open/failure-reason.ts";
import type { LedgerHome } from "../ledger-path.ts";
import { ledgerTrouble } from "../ledger-trouble.ts";
import { openLedgerView } from "../ledger-view.ts";
import { type OpenLedger, openLedger } from "../open-ledger.ts";
import { createLedgerReading, SERVER_PATIENCE } from "./ledger-reading.ts";

const HOUR_MS = 3_600_000;

/** The ledger of a long-running process: opened when it is first asked for, and made by the first record. */
export type LedgerService = LedgerAccess & { close(): Promise<void> };

/** What takes bodies, and the ledger behind it. */
type Writer = { readonly opened: OpenLedger; readonly take: Intake };

type LedgerOptions = LedgerHome & {
  readonly zone: Zone;
  readonly now: () => number;
  /** How long identities are kept; -1 for ever. */
  readonly retentionDays: number;
};

/** Makes the service of a ledger; nothing is opened yet. */
export function createLedgerService({ path, url, zone, now, retentionDays }: LedgerOptions): LedgerService {
  const migrations = ledgerMigrations("sqlite");
  // Connections of its own: the version that SQLite gives them changes with what the writer commits, too.
  const reading = createLedgerReading(
    () => openLedgerView({ path, url }, migrations),
    url === undefined ? undefined : SERVER_PATIENCE,
  );
  let writer: Writer | undefined;
  let opening: Promise<Writer | LedgerAbsence> | undefined;
  let closedAt = Number.NEGATIVE_INFINITY;
  let lastIntakeMs: number | undefined;
  const openWriter = async (): Promise<Writer | LedgerAbsence> => {
    const opened = await openLedger({ path, url }, zone);
    if (opened.kind === "failed") return { kind: "absent", status: 503, error: opened.failure.message };
    try {
      const claimed = await claimSource(opened.ledger, { kind: "records", name: "/ingest" });
      if (claimed.kind === "ok") return { opened, take: createIntake(opened.ledger, now) };
      await opened.close();
      return { kind: "absent", status: 409, error: claimed.message };
    } catch (error) {
      await opened.close();
      throw error;
    }
  };
  /** Bodies that come at the same moment open one ledger. */
  const theWriter = async (): Promise<Writer | LedgerAbsence> => {
    if (writer) return writer;
    opening ??= openWriter().finally(() => {
      opening = undefined;
    });
    const found = await opening;
    if ("opened" in found) writer = found;
    return found;
  };
  /**
   * What SQLite has found out about a disk may stay with a connection when its cause is gone: the next body gets
   * another one.
   */
  const leaveIfStuck = async (error: unknown): Promise<void> => {
    if (!isStuck(error)) return;
    const left = writer;
    writer = undefined;
    await left?.opened.close();
  };
  return {
    reading: reading.reading,
    async intake() {
      try {
        const found = await theWriter();
        if ("kind" in found) return found;
        if (now() - closedAt >= HOUR_MS) {
          closedAt = now();
          await closeOldDays(found.opened.ledger, { now: now(), retentionDays });
        }
        const take: Intake = async (values) => {
          const startedAt = performance.now();
          try {
            const result = await found.take(values);
            lastIntakeMs = performance.now() - startedAt;
            return result;
          } catch (error) {
            await leaveIfStuck(error);
            throw error;
          }
        };
        return { kind: "open", take };
      } catch (error) {
        const message = ledgerTrouble(path, error);
        await leaveIfStuck(error);
        return { kind: "absent", status: 503, error: message };
      }
    },
    get lastIntakeMs() {
      return lastIntakeMs;
    },
    async close() {
      await reading.close();
      await writer?.opened.close();
    },
  };
}
