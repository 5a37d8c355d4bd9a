import { closeSync, openSync, statSync } from "node:fs";
import { createZone } from "../../aggregator/zone.ts";
import { quoted } from "../../config/mask.ts";
import type { ResolvedConfig } from "../../config/resolve.ts";
import type { BadLine } from "../../ledger/files/record-batches.ts";
import { createImporter, type Importer } from "../../ledger/import-records.ts";
import { claimSource } from "../../ledger/source.ts";
import { jsonText } from "../../query/json-text.ts";
import { counted } from "../../report/count-text.ts";
import { errorCode } from "../../store/open/error-code.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { type ImportSource, readBatches } from "../ledger/import/import-reading.ts";
import { ledgerHomeOf } from "../ledger/ledger-path.ts";
import { isLedgerTrouble, ledgerTrouble } from "../ledger/ledger-trouble.ts";
import { openLedger } from "../ledger/open-ledger.ts";
import { say } from "../say.ts";

/** What `import` was told besides the settings. */
export type ImportOptions = { readonly file: string; readonly strict: boolean; readonly json: boolean };

/** Bad lines that are told one by one. */
const MOST_TOLD = 20;
const PROGRESS_MS = 5000;

/** Lines that were left out: how many, and the first of them. */
type Bad = { count: number; readonly told: BadLine[] };

/** `import FILE|-`: counts the request records of a file into the spend ledger. */
export async function importCommand(
  { config, warnings }: ResolvedConfig,
  options: ImportOptions,
  io: Io,
): Promise<ExitCode> {
  for (const warning of warnings) say(io, warning);
  const source = openSource(options.file, io);
  if (source.kind === "unreadable") {
    say(io, source.message);
    return EXIT.usage;
  }
  const opened = await openLedger(ledgerHomeOf(config), createZone(config.timezone));
  if (opened.kind === "failed") {
    say(io, opened.failure.message);
    return EXIT.database;
  }
  const { ledger } = opened;
  const bad: Bad = { count: 0, told: [] };
  const importer = createImporter(ledger, io.now);
  const signal = io.stopSignal();
  try {
    const claimed = await claimSource(ledger, { kind: "records", name: "files" });
    if (claimed.kind === "refused") {
      say(io, claimed.message);
      return EXIT.usage;
    }
    await readBatches(source.source, {
      signal,
      onBatch: importer.take,
      onBad: (line) => tellBad(line, bad, io),
      onBytes: progressTeller(importer, source.size, io),
    });
  } catch (error) {
    const stays = "what was counted stays, and the same file may be imported again";
    if (isLedgerTrouble(error)) {
      say(io, `${ledgerTrouble(opened.place, error)}; ${stays}`);
      return EXIT.database;
    }
    // Packed bytes that were stopped in the middle look damaged.
    if (!signal.aborted) {
      say(io, `Cannot read ${nameOf(options.file)} to its end (${reasonOf(error)}): ${stays}`);
      return EXIT.usage;
    }
  } finally {
    await opened.close();
  }
  return conclude(importer, bad, options, { io, isStopped: signal.aborted });
}

function conclude(
  { folded }: Importer,
  { count: badCount, told }: Bad,
  { file, strict, json }: ImportOptions,
  { io, isStopped }: { readonly io: Io; readonly isStopped: boolean },
): ExitCode {
  if (badCount > told.length) say(io, `${counted(badCount - told.length, "more line")} left out`);
  const { counted: records, duplicates, tooOld } = folded;
  const body = {
    schema_version: 1,
    file,
    counted: records,
    duplicates,
    too_old: tooOld,
    bad: badCount,
    bad_lines: told,
  };
  const parts = [
    `Counted ${counted(records, "record")}`,
    ...(duplicates > 0 ? [`${counted(duplicates, "record")} known already`] : []),
    ...(tooOld > 0 ? [`${counted(tooOld, "record")} of days that are closed`] : []),
    ...(badCount > 0 ? [`${counted(badCount, "line")} left out`] : []),
  ];
  io.out(json ? jsonText(body) : `${parts.join(", ")}\n`);
  if (isStopped) {
    say(io, "Stopped before the end: import the same file again to go on");
    return EXIT.unexpected;
  }
  if (strict && badCount > 0) return EXIT.usage;
  if (records + duplicates + tooOld > 0) return EXIT.done;
  say(
    io,
    `There is no request record in ${nameOf(file)}: JSON Lines, a JSON list or CSV of LiteLLM_SpendLogs rows or of callback payloads is expected`,
  );
  return EXIT.noData;
}

type Opened =
  | { readonly kind: "open"; readonly source: ImportSource; readonly size: number | undefined }
  | { readonly kind: "unreadable"; readonly message: string };

/** What a message calls the file. */
function nameOf(file: string): string {
  return file === "-" ? "stdin" : quoted(file);
}

function openSource(path: string, io: Io): Opened {
  if (path === "-") return { kind: "open", source: { kind: "pieces", pieces: io.stdin() }, size: undefined };
  try {
    const status = statSync(path);
    closeSync(openSync(path, "r"));
    // A pipe has no size.
    const size = status.isFile() && status.size > 0 ? status.size : undefined;
    return { kind: "open", source: { kind: "file", path, size }, size };
  } catch (error) {
    return { kind: "unreadable", message: `Cannot read ${quoted(path)}: ${fileReason(error)}` };
  }
}

function tellBad(line: BadLine, bad: Bad, io: Io): void {
  bad.count++;
  if (bad.told.length >= MOST_TOLD) return;
  say(io, `Line ${line.line} is left out: ${line.reason}`);
  bad.told.push(line);
}

function fileReason(error: unknown): string {
  const code = errorCode(error);
  if (code === "ENOENT") return "there is no such file";
  return code === "EACCES" ? "permission denied" : reasonOf(error);
}

/** Tells on long runs how far it is. */
function progressTeller(importer: Importer, size: number | undefined, io: Io): (bytes: number) => void {
  let read = 0;
  let toldAt = io.now();
  return (bytes) => {
    read += bytes;
    const now = io.now();
    if (now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    const { counted: records, duplicates } = importer.folded;
    const share = size === undefined ? "" : ` (${Math.floor((100 * read) / size)} %)`;
    say(io, `Read ${counted(records + duplicates, "record")}${share}`);
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
