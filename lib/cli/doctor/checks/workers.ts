import { countProcesses } from "../count-processes.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "workers";
const CURE = "Set PROMETHEUS_MULTIPROC_DIR for LiteLLM to an empty folder, or run it with one worker";

/** Several workers without the multiprocess folder: each page then has one worker's counters only. */
export function checkWorkers({ page }: Facts): Finding[] {
  if (page.kind !== "read") return [];
  const { count, byFalls } = countProcesses(page.reads.map(({ reading }) => reading));
  const reads = page.reads.length;
  if (count === 1) {
    return reads === 1
      ? []
      : [{ about, level: "ok", message: `${reads} pages in a row are of one process, or of all together` }];
  }
  const how = byFalls
    ? "Counters fall and rise from page to page: several workers answer in turn, and nothing tells them apart"
    : `${count} processes of LiteLLM answered ${reads} questions in turn, each with counters of its own`;
  return [{ about, level: "problem", exit: "unreachable", message: how, hint: CURE }];
}
