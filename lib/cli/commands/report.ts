import { isoIn } from "../../aggregator/iso.ts";
import { createZone } from "../../aggregator/zone.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import { notesOf } from "../../query/health.ts";
import { jsonText } from "../../query/json-text.ts";
import { parseQuestion } from "../../query/parse-question.ts";
import { answerUsage, type UsageAnswer } from "../../query/usage.ts";
import type { Grouping } from "../../query/usage-question.ts";
import { usageCsv } from "../../report/csv.ts";
import { terminalOptions } from "../../report/terminal.ts";
import { usageTable } from "../../report/usage-table.ts";
import { openForReading } from "../../store/database.ts";
import { newestPageAt } from "../../store/state.ts";
import { allTargets } from "../../store/targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { questionWords } from "../question-flags.ts";
import { say, sayDatabaseError, sayStoreFailure } from "../say.ts";

/** How `report` writes its answer. */
export type ReportFormat = "table" | "json" | "csv";

/** `report`: a usage question to the database file. */
export async function report(
  { config, warnings }: ResolvedConfig,
  options: { readonly flags: Readonly<Record<string, unknown>>; readonly format: ReportFormat },
  io: Io,
): Promise<ExitCode> {
  for (const warning of warnings) say(io, warning);
  const now = io.now();
  const parsed = parseQuestion(questionWords(options.flags), createZone(config.timezone), now);
  if (parsed.kind === "bad") {
    say(io, parsed.error);
    return EXIT.usage;
  }
  const opened = openForReading(config.dbPath);
  if (opened.kind === "failed") return sayStoreFailure(io, opened.failure);
  const { db } = opened;
  try {
    const answer = answerUsage(db, parsed.question, now, parsed.zone);
    const notes = allTargets(db).flatMap(notesOf);
    const newestAt = newestPageAt(db);
    io.out(render(answer, { ...options, by: parsed.question.by, now, newestAt, notes }, io));
    if (options.format !== "table") for (const note of notes) say(io, note);
    if (answer.coverage.from !== null) return EXIT.done;
    say(io, absence(answer, newestAt === undefined ? undefined : isoIn(newestAt, parsed.zone)));
    return EXIT.noData;
  } catch (error) {
    return sayDatabaseError(io, "Cannot read the database", opened.path, error);
  } finally {
    db.close();
  }
}

function absence({ period }: UsageAnswer, newest: string | undefined): string {
  const { from, to } = period;
  const next = "check that litellm-pulse serve or scrape-once runs";
  if (newest === undefined) return `There is no good scrape in the database yet: ${next}`;
  const when = from === to ? `since ${from}` : `between ${from} and ${to}`;
  return `There is no good scrape ${when}, the newest is from ${newest}: ${next}`;
}

function render(
  answer: UsageAnswer,
  options: {
    readonly format: ReportFormat;
    readonly by: readonly Grouping[];
    readonly now: number;
    readonly newestAt: number | undefined;
    readonly notes: readonly string[];
  },
  io: Io,
): string {
  const { format, by, now, newestAt, notes } = options;
  switch (format) {
    case "json":
      return jsonText(answer);
    case "csv":
      return usageCsv(answer, by);
    case "table": {
      const terminal = terminalOptions({ env: io.env, isTTY: io.outIsTerminal, columns: io.outColumns });
      return usageTable(answer, { ...terminal, by, now, newestAt, notes });
    }
    default:
      return format satisfies never;
  }
}
