import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import type { Zone } from "../../aggregator/zone.ts";
import { notesOf } from "../../query/health/health.ts";
import { momentOf } from "../../query/question/asked-window.ts";
import type { UsageQuestion } from "../../query/question/usage-question.ts";
import { answerUsage, type UsageAnswer } from "../../query/usage/answer.ts";
import type { Budgets } from "../../query/usage/budget.ts";
import { DAMAGE_ADVICE, openForReading, openInMemory } from "../../store/open/database.ts";
import { failureReason, isDamage } from "../../store/open/failure-reason.ts";
import { newestPageAt } from "../../store/read/state.ts";
import { valuesOf } from "../../store/tables/cells.ts";
import { allTargets } from "../../store/tables/targets.ts";
import { EXIT } from "../exit-code.ts";
import type { ReportSource, Told, Untold } from "./source.ts";

const INSTEAD = "or ask a running serve with --url http://localhost:8000";

/** What a report is asked, with what the answer depends on beside the numbers. */
export type AskedReport = { readonly question: UsageQuestion; readonly zone: Zone; readonly budgets: Budgets };

/** Answers from the database file. It is opened for each question, so that a file that was replaced is seen. */
export function fileSource(dbPath: string, asked: AskedReport): ReportSource {
  const { question, zone, budgets } = asked;
  let last: { readonly state: string; readonly told: Told } | undefined;
  return {
    async ask(now) {
      const moment = momentOf(question.span, now, last?.told.newestAt ?? now, zone);
      const state = `${fileState(dbPath)} ${moment}`;
      if (last?.state === state) return last.told;
      const told = reading(dbPath, (db): Told => {
        const answer = answerUsage(db, question, now, zone, budgets);
        return { kind: "told", answer, newestAt: newestPageAt(db), notes: allTargets(db).flatMap(notesOf) };
      });
      if (told.kind === "told") last = { state, told };
      if (told.kind === "told" || told.code !== EXIT.noData) return told;
      return { ...told, empty: () => answerFromNothing(asked, now) };
    },
    async valuesOf(dimension) {
      const read = reading(dbPath, (db) => ({ kind: "values" as const, values: valuesOf(db, dimension) }));
      return read.kind === "values" ? read.values : [];
    },
  };
}

function reading<Value>(dbPath: string, read: (db: Database) => Value): Value | Untold {
  const opened = openForReading(dbPath);
  if (opened.kind === "failed") {
    const { reason, message } = opened.failure;
    if (reason === "missing") return { kind: "untold", message, code: EXIT.noData };
    const next = reason === "cannot_open" ? `, ${INSTEAD}` : "";
    return { kind: "untold", message: `${message}${next}`, code: EXIT.database };
  }
  try {
    return read(opened.db);
  } catch (error) {
    const reason = failureReason(error, opened.path);
    if (reason === undefined) throw error;
    const next = isDamage(error) ? `; ${DAMAGE_ADVICE}` : "";
    return {
      kind: "untold",
      message: `Cannot read the database ${opened.path}: ${reason}${next}`,
      code: EXIT.database,
    };
  } finally {
    opened.db.close();
  }
}

/** The answer where there is nothing to read: as whole as any other, with no number in it. */
export function answerFromNothing({ question, zone, budgets }: AskedReport, now: number): UsageAnswer {
  const db = openInMemory();
  try {
    return answerUsage(db, question, now, zone, budgets);
  } finally {
    db.close();
  }
}

/** Changes when somebody has written to the database: to the file or to its write-ahead log. */
function fileState(path: string): string {
  return [path, `${path}-wal`].map(oneState).join(" ");
}

function oneState(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : "none";
  } catch {
    return "hidden"; // Opening it says why.
  }
}
