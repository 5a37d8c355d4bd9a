import { daysSince1970 } from "../../aggregator/day-number.ts";
import { createZone } from "../../aggregator/zone.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { unpricedUse } from "../../ledger/questions/unpriced.ts";
import { createLedgerReader } from "../../ledger/reader.ts";
import { jsonText } from "../../query/json-text.ts";
import { answerLedgerUsage } from "../../query/ledger-usage/answer.ts";
import { parseQuestion } from "../../query/question/parse-question.ts";
import { isBad } from "../../query/question/question-words.ts";
import { commonModel, priceUnpriced, reconcile } from "../../query/reconcile.ts";
import { answerUsage } from "../../query/usage/answer.ts";
import { reconcileText } from "../../report/reconcile-text.ts";
import { openForReading } from "../../store/open/database.ts";
import { allTargets } from "../../store/tables/targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { openLedgerView } from "../ledger/ledger-view.ts";
import { preparePrices } from "../prices.ts";
import { questionWords } from "../report/question-flags.ts";
import { say } from "../say.ts";
import { sayStoreFailure } from "../say-database.ts";

/** What `reconcile` was told besides the settings. */
export type ReconcileOptions = { readonly flags: Readonly<Record<string, unknown>>; readonly json: boolean };

/** `reconcile`: by day and model, what the metrics say beside what the logs say, and what cost nothing. */
export async function reconcileCommand(
  { config, warnings }: ResolvedConfig,
  { flags, json }: ReconcileOptions,
  io: Io,
): Promise<ExitCode> {
  for (const warning of warnings) say(io, warning);
  const zone = createZone(config.timezone);
  const now = io.now();
  const words = new Map([...questionWords(flags), ["by", ["day,model,model_group,provider"]] as const]);
  const parsed = parseQuestion(words, zone, now);
  if (parsed.kind === "bad") return refuse(parsed.error, io);
  const prices = await preparePrices(config.pricesFile);
  if (prices.kind === "invalid") return refuse(prices.message, io);
  const { question } = parsed;
  const store = openForReading(config.dbPath);
  if (store.kind === "failed") return sayStoreFailure(io, store.failure);
  const ledger = await openLedgerView(ledgerHomeOf(config));
  if (ledger.kind === "failed") {
    store.db.close();
    return sayStoreFailure(io, ledger);
  }
  const reader = createLedgerReader(ledger.view);
  try {
    const { logs, uses } = await reader.snapshot(async (state) => {
      const answer = await answerLedgerUsage(state, question, now, zone);
      if (isBad(answer)) throw new TypeError(answer.error);
      const from = Date.parse(answer.period.from);
      const until = Math.max(from, Date.parse(answer.period.to) - 1);
      const [first, last] = [daysSince1970(zone.dayAt(from).day), daysSince1970(zone.dayAt(until).day)];
      const range = { first, last, zone: zone.name };
      return { logs: answer, uses: await unpricedUse(state.sql, range) };
    });
    const metrics = answerUsage(store.db, question, now, zone);
    const unpriced = uses.length === 0 ? [] : priceUnpriced(uses, await prices.load());
    const rows = reconcile(metrics.groups, logs.groups, {
      isInTurn: allTargets(store.db).some(({ turns }) => turns.isInTurn),
      isObserved: metrics.coverage.observed_ratio === 1,
      unpricedModels: new Set(uses.flatMap(({ model, provider }) => commonModel(model, provider) ?? [])),
    });
    const body = {
      schema_version: 1,
      period: logs.period,
      coverage: { metrics: metrics.coverage, logs: logs.coverage },
      total: { metrics: metrics.total.cost, logs: logs.total.cost },
      rows,
      unpriced,
    };
    io.out(json ? jsonText(body) : reconcileText(body));
    if (metrics.coverage.from !== null && logs.coverage.from !== null) return EXIT.done;
    say(io, `${metrics.coverage.from === null ? "The metrics have" : "The spend ledger has"} nothing for this period`);
    return EXIT.noData;
  } finally {
    store.db.close();
    await reader.close();
  }
}

function refuse(message: string, io: Io): ExitCode {
  say(io, message);
  return EXIT.usage;
}
