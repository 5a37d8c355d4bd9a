import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { measureAnswers } from "./answers.ts";
import { measureAtRest } from "./at-rest.ts";
import { type Bench, type Line, lineText, tableOf } from "./bench.ts";
import { measureBigPage } from "./big-page.ts";
import { writeHistories } from "./history-file.ts";
import { measureLedger } from "./ledger.ts";
import { measureStartUp } from "./start-up.ts";
import { measureTakeOver } from "./take-over.ts";

/** Measures the compiled binary and prints each figure beside its budget, as a table. Never fails on a figure. */
const ROUNDS = Number(process.env["ROUNDS"] ?? 9);
/** Rows in the ledger's source: with ten million a run takes a quarter of an hour; 0 leaves the ledger out. */
const LEDGER_ROWS = Number(process.env["LEDGER_ROWS"] ?? 2_000_000);

const lines: Line[] = [];
const bench: Bench = {
  binary: join(import.meta.dir, "../../dist/litellm-pulse"),
  folder: mkdtempSync(join(tmpdir(), "litellm-pulse-bench-")),
  rounds: ROUNDS,
  show(job, figures, beside = "") {
    const line = { job, figures, beside };
    lines.push(line);
    process.stderr.write(`${lineText(line)}\n`);
  },
};

const busy = () => (loadavg()[0] ?? 0).toFixed(1);
const before = busy();
try {
  await measureBigPage(bench);
  const histories = writeHistories(bench.folder);
  await measureStartUp(bench, histories);
  await measureAnswers(bench, histories);
  await measureAtRest(bench);
  await measureTakeOver(bench);
  if (LEDGER_ROWS > 0) await measureLedger(bench, LEDGER_ROWS);
} finally {
  process.stdout.write(
    `${tableOf(lines)}\n${availableParallelism()} cores, load ${before} before and ${busy()} after\n`,
  );
  rmSync(bench.folder, { recursive: true, force: true });
}
