import type { Zone } from "../aggregator/zone.ts";
import { closeOldDays } from "../ledger/identity/close.ts";
import { createIntake, type Intake } from "../ledger/intake.ts";
import { createLedger, type Ledger } from "../ledger/ledger.ts";
import { ledgerMigrations } from "../ledger/schema/migrations.ts";
import { claimSource } from "../ledger/source.ts";
import type { LedgerAbsence, LedgerAccess } from "../server/ledger-access.ts";
import { isStuck } from "../store/failure-reason.ts";
import { openLedgerFile } from "../store/open-ledger.ts";
import type { LedgerHome } from "./ledger-path.ts";
import { createLedgerReading } from "./ledger-reading.ts";
import { ledgerTrouble } from "./ledger-trouble.ts";
import { openLedgerView } from "./ledger-view.ts";

const HOUR_MS = 3_600_000;

/** The ledger of a long-running process: opened when it is first asked for, and made by the first record. */
export type LedgerService = LedgerAccess & { close(): Promise<void> };

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
  const reading = createLedgerReading(() => openLedgerView({ path, url }));
  let writer: { readonly ledger: Ledger; readonly take: Intake } | undefined;
  let closedAt = Number.NEGATIVE_INFINITY;
  let lastIntakeMs: number | undefined;
  const openWriter = (): { readonly ledger: Ledger; readonly take: Intake } | LedgerAbsence => {
    const opened = openLedgerFile(path, migrations, "write");
    if (opened.kind === "failed") return { kind: "absent", status: 503, error: opened.failure.message };
    const ledger = createLedger(opened.db, zone);
    const claimed = claimSource(ledger, { kind: "records", name: "/ingest" });
    if (claimed.kind === "refused") {
      opened.db.close();
      return { kind: "absent", status: 409, error: claimed.message };
    }
    return { ledger, take: createIntake(ledger, now) };
  };
  /** What SQLite has found out about a disk may stay with a connection when its cause is gone: the next body gets another one. */
  const leaveIfStuck = (error: unknown): void => {
    if (!isStuck(error)) return;
    writer?.ledger.db.close();
    writer = undefined;
  };
  return {
    reading: reading.reading,
    intake() {
      try {
        const found = writer ?? openWriter();
        if ("kind" in found) return found;
        writer = found;
        if (now() - closedAt >= HOUR_MS) {
          closeOldDays(found.ledger, { now: now(), retentionDays });
          closedAt = now();
        }
        const take: Intake = (values) => {
          const startedAt = performance.now();
          try {
            const result = found.take(values);
            lastIntakeMs = performance.now() - startedAt;
            return result;
          } catch (error) {
            leaveIfStuck(error);
            throw error;
          }
        };
        return { kind: "open", take };
      } catch (error) {
        const message = ledgerTrouble(path, error);
        leaveIfStuck(error);
        return { kind: "absent", status: 503, error: message };
      }
    },
    get lastIntakeMs() {
      return lastIntakeMs;
    },
    async close() {
      await reading.close();
      writer?.ledger.db.close();
    },
  };
}
