import { METRIC_SETTINGS } from "../../../config/settings.ts";
import { COUNTERS } from "../../../litellm/metrics.ts";
import type { Facts, PageRead } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "metrics";
const MOST_NAMED = 3;

/** Whether the page is LiteLLM's, with its callback on, and has the names that the settings map. */
export function checkMetrics({ page, resolved }: Facts): Finding[] {
  const newest = page.kind === "read" ? page.reads.at(-1) : undefined;
  if (newest === undefined) return [];
  const { reading } = newest;
  if (!reading.isLiteLLM) return [foreignPage(newest)];
  const findings: Finding[] = METRIC_SETTINGS.flatMap(({ metric, env }) => {
    if (!resolved.config.overriddenMetrics.has(metric) || reading.metrics.has(metric)) return [];
    const message = `${env} names ${resolved.config.metricNames.get(metric)}, which is not on the page`;
    const hint = `Unset ${env}, or correct it after a look at the page`;
    return [{ about, level: "problem", exit: "usage", message, hint }];
  });
  const { count, first } = newest.page.skipped;
  const [bad] = first;
  if (bad)
    findings.push({
      about,
      level: "note",
      message: `Bad lines on the page: ${count}, the first is line ${bad.line} (${bad.reason})`,
    });
  if (findings.length > 0) return findings;
  const counted = COUNTERS.filter((counter) =>
    reading.metrics.get(counter)?.some(({ series }) => series.length > 0),
  ).length;
  if (counted === 0) return [{ about, level: "note", message: "The page is LiteLLM's and has counted no request yet" }];
  return [{ about, level: "ok", message: `The page has ${counted} of the ${COUNTERS.length} counters that are read` }];
}

/** A page of Python alone is a LiteLLM without its callback, or nearly so; any other is another program's. */
function foreignPage({ page }: PageRead): Finding {
  const families = [...page.families.keys()];
  const named = families.slice(0, MOST_NAMED).join(", ");
  const isPython = families.every((name) => /^(python|process)_/.test(name));
  const callback = 'Add "prometheus" to litellm_settings.callbacks in LiteLLM\'s configuration and restart it';
  return isPython
    ? {
        about,
        level: "problem",
        exit: "unreachable",
        message: "The page has no metrics of LiteLLM, only those of its Python",
        hint: callback,
      }
    : {
        about,
        level: "problem",
        exit: "unreachable",
        message: `The page has no metrics of LiteLLM and is another program's (it has ${named})`,
        hint: `Correct LITELLM_PULSE_METRICS_URL; if that is LiteLLM: ${callback}`,
      };
}
