import type { ResolvedConfig } from "../../config/resolve.ts";
import { jsonText } from "../../query/json-text.ts";
import { paintFor } from "../../report/paint.ts";
import { safeText } from "../../report/safe-text.ts";
import { terminalOptions } from "../../report/terminal.ts";
import { runChecks } from "../doctor/checks.ts";
import type { Finding } from "../doctor/finding.ts";
import { findingLines } from "../doctor/findings-text.ts";
import { gatherDatabase } from "../doctor/gather-database.ts";
import { gatherLedger } from "../doctor/gather-ledger.ts";
import { gatherPage } from "../doctor/gather-page.ts";
import { gatherServer } from "../doctor/gather-server.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { secretScrubber } from "../setup.ts";

/** `doctor`: what is wrong with settings, LiteLLM, database and spend ledger; the exit code is that of the worst finding. */
export async function doctor(resolved: ResolvedConfig, options: { readonly json: boolean }, io: Io): Promise<ExitCode> {
  const { config } = resolved;
  const [page, server, ledger] = await Promise.all([
    gatherPage(resolved, io),
    gatherServer(config),
    gatherLedger(config),
  ]);
  const facts = {
    resolved,
    now: io.now(),
    hostZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    page,
    server,
    ledger,
    database: gatherDatabase(config.dbPath, io.env),
  };
  const findings = cleaned(runChecks(facts), secretScrubber(config));
  const code = worstOf(findings);
  if (options.json) {
    io.out(jsonText({ schema_version: 1, exit_code: code, findings: findings.map(bodyOf) }));
    return code;
  }
  const { width, colour } = terminalOptions({ env: io.env, isTTY: io.outIsTerminal, columns: io.outSize().columns });
  const look = { width: io.outIsTerminal ? width : undefined, paint: paintFor(colour) };
  io.out(`${findingLines(findings, look).join("\n")}\n`);
  return code;
}

/** Keys never show, and what a foreign page or file is called cannot steer the terminal. */
function cleaned(findings: readonly Finding[], scrub: (text: string) => string): Finding[] {
  const clean = (text: string) => safeText(scrub(text));
  return findings.map((finding) => ({
    ...finding,
    message: clean(finding.message),
    ...(finding.hint === undefined ? {} : { hint: clean(finding.hint) }),
  }));
}

/** What stands deeper is worse: a database before LiteLLM, LiteLLM before a setting, as their codes count. */
function worstOf(findings: readonly Finding[]): ExitCode {
  const codes = findings.map((finding) => (finding.level === "problem" ? EXIT[finding.exit] : EXIT.done));
  return codes.reduce<ExitCode>((worst, code) => (code > worst ? code : worst), EXIT.done);
}

function bodyOf({ about, level, message, hint }: Finding) {
  return { about, level, message, hint: hint ?? null };
}
