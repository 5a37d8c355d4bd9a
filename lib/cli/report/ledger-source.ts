import type { Database } from "bun:sqlite";
import type { Zone } from "../../aggregator/zone.ts";
import { ledgerNames } from "../../ledger/questions/usage-rows.ts";
import { ledgerMigrations } from "../../ledger/schema/migrations.ts";
import type { Budgets } from "../../query/budget.ts";
import { answerLedgerUsage } from "../../query/ledger-usage/answer.ts";
import { chooseSource } from "../../query/ledger-usage/choose.ts";
import { reachOf } from "../../query/ledger-usage/reach.ts";
import { isBad } from "../../query/question-words.ts";
import { needsLedger, type UsageQuestion } from "../../query/usage-question.ts";
import { failureReason } from "../../store/failure-reason.ts";
import { openLedgerFile } from "../../store/open-ledger.ts";
import { EXIT } from "../exit-code.ts";
import type { ReportSource, Told, Untold } from "./source.ts";

/** Answers from the spend ledger where it is asked for or covers the window, else as `metrics` does. */
export function ledgerSource(
  path: string,
  asked: { readonly question: UsageQuestion; readonly zone: Zone; readonly budgets: Budgets },
  metrics: ReportSource,
): ReportSource {
  const { question, zone, budgets } = asked;
  const mustBeLedger = needsLedger(question);
  const told = (db: Database, now: number): Told | Untold => {
    const answer = answerLedgerUsage(db, question, now, zone, budgets);
    if (isBad(answer)) {
      const available = answer.available?.join("; ");
      return { kind: "untold", message: `${answer.error} (${available})`, code: EXIT.usage };
    }
    return { kind: "told", answer, newestAt: reachOf(db, now)?.to, notes: [] };
  };
  let isLedger = mustBeLedger;
  return {
    async ask(now) {
      const byMetrics = mustBeLedger ? undefined : await metrics.ask(now);
      const hasMetrics = byMetrics?.kind === "told" && byMetrics.newestAt !== undefined;
      const byLedger = reading(path, (db) => {
        isLedger = chooseSource(db, question, { now, zone, hasMetrics }) === "ledger";
        return isLedger ? told(db, now) : undefined;
      });
      // A ledger that cannot be read is in nobody's way who has not asked for it.
      if (byMetrics && (byLedger === undefined || (byLedger.kind === "untold" && hasMetrics))) return byMetrics;
      return byLedger ?? (await metrics.ask(now));
    },
    async valuesOf(dimension) {
      if (!isLedger) return metrics.valuesOf(dimension);
      const read = reading(path, (db) => ({ kind: "values" as const, values: ledgerNames(db, dimension) }));
      return read.kind === "values" ? read.values : [];
    },
  };
}

function reading<Value>(path: string, read: (db: Database) => Value): Value | Untold {
  const opened = openLedgerFile(path, ledgerMigrations("sqlite"), "read");
  if (opened.kind === "failed") {
    const { reason, message } = opened.failure;
    return { kind: "untold", message, code: reason === "missing" ? EXIT.noData : EXIT.database };
  }
  try {
    return read(opened.db);
  } catch (error) {
    const reason = failureReason(error, opened.path);
    if (reason === undefined) throw error;
    return { kind: "untold", message: `Cannot read the spend ledger ${opened.path}: ${reason}`, code: EXIT.database };
  } finally {
    opened.db.close();
  }
}
