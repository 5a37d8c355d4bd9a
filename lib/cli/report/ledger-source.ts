import type { Window } from "../../aggregator/window.ts";
import { ledgerNames } from "../../ledger/questions/usage-rows.ts";
import { createLedgerReader, type LedgerState } from "../../ledger/reader.ts";
import { answerLedgerUsage } from "../../query/ledger-usage/answer.ts";
import { chooseSource } from "../../query/ledger-usage/choose.ts";
import { reachOf } from "../../query/ledger-usage/reach.ts";
import { isBad } from "../../query/question/question-words.ts";
import { needsLedger } from "../../query/question/usage-question.ts";
import { EXIT } from "../exit-code.ts";
import type { LedgerHome } from "../ledger/ledger-path.ts";
import { readingTrouble } from "../ledger/ledger-trouble.ts";
import { openLedgerView } from "../ledger/ledger-view.ts";
import { type AskedReport, answerFromNothing } from "./file-source.ts";
import type { ReportSource, Told, Untold } from "./source.ts";

/** Answers from the spend ledger where it is asked for or covers the window, else as `metrics` does. */
export function ledgerSource(ledger: LedgerHome, asked: AskedReport, metrics: ReportSource): ReportSource {
  const { question, zone, budgets } = asked;
  const mustBeLedger = needsLedger(question);
  const told = async (state: LedgerState, now: number, reach: Window | undefined): Promise<Told | Untold> => {
    const answer = await answerLedgerUsage(state, question, now, zone, budgets);
    if (isBad(answer)) {
      const available = answer.available?.join("; ");
      return { kind: "untold", message: `${answer.error} (${available})`, code: EXIT.usage };
    }
    return { kind: "told", answer, newestAt: reach?.to, notes: [] };
  };
  let isLedger = mustBeLedger;
  return {
    async ask(now) {
      const byMetrics = mustBeLedger ? undefined : await metrics.ask(now);
      const hasMetrics = byMetrics?.kind === "told" && byMetrics.newestAt !== undefined;
      const byLedger = await reading(ledger, async (state) => {
        const reach = await reachOf(state, now);
        isLedger = chooseSource(reach, question, { now, zone, hasMetrics }) === "ledger";
        return isLedger ? told(state, now, reach) : undefined;
      });
      // A ledger that cannot be read only matters to a question that asks for it.
      if (byMetrics && (byLedger === undefined || (byLedger.kind === "untold" && hasMetrics))) return byMetrics;
      if (byLedger?.kind !== "untold" || byLedger.code !== EXIT.noData) return byLedger ?? (await metrics.ask(now));
      return { ...byLedger, empty: () => ({ ...answerFromNothing(asked, now), source: "ledger" }) };
    },
    async valuesOf(dimension) {
      if (!isLedger) return metrics.valuesOf(dimension);
      const read = await reading(ledger, async ({ sql }) => ({
        kind: "values" as const,
        values: await ledgerNames(sql, dimension),
      }));
      return read.kind === "values" ? read.values : [];
    },
  };
}

async function reading<Value>(
  ledger: LedgerHome,
  read: (state: LedgerState) => Promise<Value>,
): Promise<Value | Untold> {
  const opened = await openLedgerView(ledger);
  if (opened.kind === "failed") {
    const { reason, message } = opened;
    return { kind: "untold", message, code: reason === "missing" ? EXIT.noData : EXIT.database };
  }
  const reader = createLedgerReader(opened.view);
  try {
    return await reader.snapshot(read);
  } catch (error) {
    return { kind: "untold", message: readingTrouble(opened.place, error), code: EXIT.database };
  } finally {
    await reader.close();
  }
}
