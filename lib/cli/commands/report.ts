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
import { openForReading, sqliteReason } from "../../store/database.ts";
import { newestPageAt } from "../../store/state.ts";
import { allTargets } from "../../store/targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { questionWords } from "../question-flags.ts";

/** How `report` writes its answer. */
export type ReportFormat = "table" | "json" | "csv";

/** `report`: a usage question to the database file. */
export async function report(
  { config, warnings }: ResolvedConfig,
  options: { readonly flags: Readonly<Record<string, unknown>>; readonly format: ReportFormat },
  io: Io,
): Promise<ExitCode> {
  for (const warning of warnings) io.err(`litellm-pulse: ${warning}\n`);
  const parsed = parseQuestion(questionWords(options.flags), createZone(config.timezone));
  if (parsed.kind === "bad") {
    io.err(`litellm-pulse: ${parsed.error}\n`);
    return EXIT.usage;
  }
  const opened = openForReading(config.dbPath);
  if (opened.kind === "failed") {
    io.err(`litellm-pulse: ${opened.failure.message}\n`);
    return opened.failure.reason === "missing" ? EXIT.noData : EXIT.database;
  }
  const { db } = opened;
  try {
    const now = io.now();
    const answer = answerUsage(db, parsed.question, now, parsed.zone);
    const notes = allTargets(db).flatMap(notesOf);
    io.out(render(answer, { ...options, by: parsed.question.by, now, newestAt: newestPageAt(db), notes }, io));
    if (options.format !== "table") for (const note of notes) io.err(`litellm-pulse: ${note}\n`);
    if (answer.coverage.from !== null) return EXIT.done;
    io.err(`litellm-pulse: There is no good scrape between ${answer.period.from} and ${answer.period.to}\n`);
    return EXIT.noData;
  } catch (error) {
    const reason = sqliteReason(error);
    if (reason === undefined) throw error;
    io.err(`litellm-pulse: Cannot read the database ${opened.path}: ${reason}\n`);
    return EXIT.database;
  } finally {
    db.close();
  }
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
