import { keyWarning } from "../../scrape/key-warning.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "settings";
/** What Kubernetes injects for a Service of our name is not a mistake. */
const HARMLESS = /Kubernetes/;

/** Variables that are no setting, values that a default stands in for, a key that crosses a network unprotected. */
export function checkSettings({ resolved, page }: Facts): Finding[] {
  const findings: Finding[] = resolved.warnings.map((message) =>
    HARMLESS.test(message) ? { about, level: "note", message } : { about, level: "problem", exit: "usage", message },
  );
  const unprotected = keyWarning(resolved.config);
  if (unprotected !== undefined) findings.push({ about, level: "note", message: unprotected });
  if (page.kind === "not_asked") findings.push({ about, level: "problem", exit: "usage", message: page.message });
  if (findings.length > 0) return findings;
  const given = [...resolved.sources.values()].filter((source) => source !== "default").length;
  return [
    {
      about,
      level: "ok",
      message: `${given} of ${resolved.sources.size} settings are set, the others have their defaults`,
    },
  ];
}
