import { type FakeOptions, runCli } from "../run-cli.ts";

/** One finding as `doctor --json` gives it. */
export type Shown = {
  readonly about: string;
  readonly level: "ok" | "note" | "problem";
  readonly message: string;
  readonly hint: string | null;
};

/** What doctor says about some settings; the server is not asked and the home is empty unless said otherwise. */
export async function examine(
  set: Readonly<Record<string, string>>,
  options: Pick<FakeOptions, "env" | "files" | "now"> = {},
): Promise<{ readonly code: number; readonly findings: readonly Shown[] }> {
  const { code, out, err } = await runCli(["doctor", "--json"], {
    set: { PORT: "0", TIMEZONE: "UTC", ...set },
    now: () => Date.now(),
    ...options,
  });
  if (err !== "") throw new Error(`doctor wrote to stderr: ${err}`);
  const { schema_version, exit_code, findings } = JSON.parse(out);
  if (schema_version !== 1 || exit_code !== code) throw new Error(`Not what a script expects: ${out}`);
  return { code, findings };
}

/** The findings about one thing, each as one text with its level in front. */
export function aboutOf(findings: readonly Shown[], about: string): string[] {
  return findings
    .filter((finding) => finding.about === about)
    .map(({ level, message, hint }) => `${level}: ${message}${hint === null ? "" : ` | ${hint}`}`);
}
