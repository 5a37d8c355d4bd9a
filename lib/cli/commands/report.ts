import { existsSync } from "node:fs";
import { createZone } from "../../aggregator/zone.ts";
import { closest } from "../../config/closest.ts";
import { quoted } from "../../config/mask.ts";
import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import { jsonText } from "../../query/json-text.ts";
import { type ParsedQuestion, parseQuestion } from "../../query/question/parse-question.ts";
import type { BadQuestion } from "../../query/question/question-words.ts";
import { needsLedger } from "../../query/question/usage-question.ts";
import { budgetOf } from "../../query/usage/budget.ts";
import { notesOn } from "../../report/notes.ts";
import { terminalOptions } from "../../report/terminal.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { type Io, UnwritableOutput } from "../io.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { fileSource } from "../report/file-source.ts";
import { type Output, outputsOf, type ReportFormat } from "../report/outputs.ts";
import { questionWords } from "../report/question-flags.ts";
import { render } from "../report/render.ts";
import type { ReportSource, Told } from "../report/source.ts";
import { verdictOn } from "../report/verdict.ts";
import { writeWhole } from "../report/write-file.ts";
import { say } from "../say.ts";

type Question = Extract<ParsedQuestion, { kind: "question" }>;

/** The flags of `report` that are neither settings nor the words of its question. */
export type ReportOptions = {
  readonly flags: Readonly<Record<string, unknown>>;
  /** Undefined: the table, or what the names of the files say. */
  readonly format: ReportFormat | undefined;
  readonly paths: readonly string[];
  readonly url: string | undefined;
  readonly failOver: string | undefined;
  readonly watch: boolean;
  readonly jsonSchema: boolean;
};

/** `report`: a usage question to the database file, or to a running `serve`. */
export async function report(resolved: ResolvedConfig, options: ReportOptions, io: Io): Promise<ExitCode> {
  if (options.jsonSchema) {
    const { usageSchema } = await import("../../query/usage/usage-schema.ts");
    const text = `${JSON.stringify(usageSchema(), null, 2)}\n`;
    if (options.paths.length === 0) io.out(text);
    for (const path of options.paths) writeTo(path, text);
    return EXIT.done;
  }
  const { config, warnings } = resolved;
  for (const warning of warnings) say(io, warning);
  const asked = readOptions(resolved, options, io);
  if (asked.kind === "bad") {
    say(io, asked.message);
    return EXIT.usage;
  }
  const { question, failOver, outputs } = asked;
  const stop = options.watch ? io.stopSignal() : undefined;
  const found = await sourceOf(asked, resolved, options, stop, io);
  if (found.kind === "bad") {
    say(io, found.message);
    return EXIT.usage;
  }
  const source = withOwnBudget(found.source, question, config);
  if (stop) {
    const { watchReport } = await import("../report/watch.ts");
    return watchReport(source, question.question.by, stop, io);
  }
  const now = io.now();
  const told = await source.ask(now);
  if (told.kind === "untold") {
    if (told.empty && outputs.some(({ format, path }) => format === "json" && path === undefined)) {
      io.out(jsonText(told.empty()));
    }
    say(io, told.message);
    return told.code;
  }
  await write(told, outputs, question, now, io);
  const judged = await verdictOn(told, source, {
    filters: question.question.filters,
    failOver,
    zone: question.zone,
  });
  for (const message of judged.messages) say(io, message);
  return judged.code;
}

type Read =
  | {
      readonly kind: "read";
      readonly question: Question;
      readonly failOver: number | undefined;
      readonly outputs: readonly Output[];
      readonly url: URL | undefined;
    }
  | { readonly kind: "bad"; readonly message: string };

function readOptions({ config }: ResolvedConfig, options: ReportOptions, io: Io): Read {
  const question = parseQuestion(questionWords(options.flags), createZone(config.timezone), io.now());
  if (question.kind === "bad") return bad(withSuggestion(question));
  const { failOver } = options;
  if (failOver !== undefined && !/^\d+(\.\d+)?$/.test(failOver)) {
    return bad(`--fail-over is ${quoted(failOver)}, expected an amount in US dollars such as 5.00`);
  }
  const outputs = outputsOf(options.format, options.paths);
  if (outputs.kind === "bad") return outputs;
  const unwatchable = options.watch ? watchProblem(options, io) : undefined;
  if (unwatchable !== undefined) return bad(unwatchable);
  const url = options.url === undefined ? undefined : URL.parse(options.url);
  if (url === null || (url && !/^https?:$/.test(url.protocol))) {
    return bad(`--url is not the address of a running serve, expected one such as http://localhost:8000`);
  }
  return {
    kind: "read",
    question,
    failOver: failOver === undefined ? undefined : Number(failOver),
    outputs: outputs.outputs,
    url,
  };
}

/** Why the answer cannot be watched. */
function watchProblem({ format, paths, failOver }: ReportOptions, io: Io): string | undefined {
  if (format !== undefined || paths.length > 0)
    return "--watch shows the table: leave out the other formats and --output";
  if (failOver !== undefined) return "--watch goes on until it is stopped: leave out --fail-over";
  if (!io.outIsTerminal) return "--watch needs a terminal: leave it out, or run it in one";
  return io.env["TERM"] === "dumb" ? "--watch needs a terminal that can move its cursor, and TERM is dumb" : undefined;
}

function bad(message: string): Read {
  return { kind: "bad", message };
}

function withSuggestion({ error, unknown, available }: BadQuestion): string {
  const similar = unknown === undefined ? undefined : closest(unknown.toLowerCase(), available ?? []);
  return similar === undefined ? error : `${error} (did you mean ${similar}?)`;
}

type Found =
  | { readonly kind: "found"; readonly source: ReportSource }
  | { readonly kind: "bad"; readonly message: string };

/** The database file, or the running `serve` that is to be asked instead. */
async function sourceOf(
  { question, url }: Extract<Read, { kind: "read" }>,
  { config, sources }: ResolvedConfig,
  options: ReportOptions,
  signal: AbortSignal | undefined,
  io: Io,
): Promise<Found> {
  if (url === undefined) {
    const metrics = fileSource(config.dbPath, { ...question, budgets: config });
    const ledger = ledgerHomeOf(config);
    const isForLedger = needsLedger(question.question);
    const isPossible =
      isForLedger || (question.question.source === undefined && (ledger.url !== undefined || existsSync(ledger.path)));
    // Where there is no ledger, nothing of it is loaded.
    if (!isPossible) return { kind: "found", source: metrics };
    const { ledgerSource } = await import("../report/ledger-source.ts");
    return {
      kind: "found",
      source: ledgerSource(ledger, { ...question, budgets: config }, metrics),
    };
  }
  const [{ urlSource }, { readCa }, { serverKeyWarning }] = await Promise.all([
    import("../report/url-source.ts"),
    import("../setup.ts"),
    import("../scrape/key-warning.ts"),
  ]);
  const ca = readCa(config, io);
  if (ca.kind === "invalid") return { kind: "bad", message: ca.message };
  const warning = serverKeyWarning(url, config.apiKey);
  if (warning !== undefined) say(io, warning);
  const words = new Map(questionWords(options.flags));
  // The zone of the server holds unless one was asked for here.
  if (sources.get("timezone") !== "default") words.set("timezone", [config.timezone]);
  return { kind: "found", source: urlSource({ url, words, apiKey: config.apiKey, ca: ca.pem, signal }) };
}

/** The same source, with the budgets of these settings instead of the server's where these have one. */
function withOwnBudget(source: ReportSource, { question }: Question, config: Config): ReportSource {
  return {
    ...source,
    async ask(now) {
      const told = await source.ask(now);
      if (told.kind === "untold") return told;
      const { answer } = told;
      const budget = budgetOf(question, answer.total.cost, answer.forecast, config);
      return budget ? { ...told, answer: { ...answer, budget } } : told;
    },
  };
}

async function write(
  told: Told,
  outputs: readonly Output[],
  { question }: Question,
  now: number,
  io: Io,
): Promise<void> {
  for (const { format, path } of outputs) {
    const look =
      path === undefined
        ? terminalOptions({ env: io.env, isTTY: io.outIsTerminal, columns: io.outSize().columns })
        : terminalOptions({ env: { COLUMNS: io.env["COLUMNS"] }, isTTY: false, columns: undefined });
    const text = await render(format, told, { by: question.by, now, look, env: io.env });
    if (path === undefined) io.out(text);
    else writeTo(path, text);
  }
  const isSaid = outputs.some(({ format }) => format === "table" || format === "html");
  if (!isSaid) for (const note of notesOn(told)) say(io, note);
}

function writeTo(path: string, text: string): void {
  const problem = writeWhole(path, text);
  if (problem !== undefined) throw new UnwritableOutput(problem);
}
