import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { SHELLS } from "../../../lib/cli/completion/shells.ts";
import { createProgram } from "../../../lib/cli/program/program.ts";
import { fakeIo, runCli } from "../run-cli.ts";
import { offeredBy, SHELLS_HERE } from "./shells.ts";

setDefaultTimeout(60_000);

const PROGRAM = createProgram(fakeIo([]), () => {});
const NAMES = PROGRAM.commands.map((command) => command.name());

async function scriptOf(shell: string): Promise<string> {
  const { code, out, err } = await runCli(["completion", shell]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

/** The long flags of a command with its help, as the user may type them. */
function flagsOf(name: string): string[] {
  const command = PROGRAM.commands.find((each) => each.name() === name);
  return ["--help", ...(command?.options ?? []).flatMap(({ long }) => long ?? [])].sort();
}

describe.each([...SHELLS_HERE])("%s", (shell) => {
  test("offers every command", async () => {
    const offered = await offeredBy(shell, await scriptOf(shell), "litellm-pulse ");
    expect(offered.filter((word) => !word.startsWith("-")).sort()).toEqual([...NAMES].sort());
  });

  test.each(NAMES)("offers every flag of %s and none of another command", async (name) => {
    const offered = await offeredBy(shell, await scriptOf(shell), `litellm-pulse ${name} --`);
    expect(offered.filter((word) => word.startsWith("--")).sort()).toEqual(flagsOf(name));
  });

  test.each([
    ["report --ye", ["--yesterday"]],
    ["rep", ["report"]],
    ["help hea", ["health"]],
    ["serve --log-level ", ["debug", "error", "info", "warning"]],
    ["serve --log-level d", ["debug"]],
    ["config --host ::1 --log-format j", ["json"]],
    ["serve --timezone Europe/Berl", ["Europe/Berlin"]],
    ["report --by team,mod", ["team,model", "team,model_group"]],
    ["report --step 1", ["15m"]],
    ["report --sort co", ["cost"]],
    ["serve --port ", []],
    ["report --last ", []],
    ["completion ", ["bash", "fish", "zsh"]],
  ])("offers the values of %j", async (line, expected) => {
    const offered = await offeredBy(shell, await scriptOf(shell), `litellm-pulse ${line}`);
    expect([...offered].sort()).toEqual(expected);
  });

  test("offers a value after an equals sign", async () => {
    const offered = await offeredBy(shell, await scriptOf(shell), "litellm-pulse serve --log-level=d");
    expect(offered.map((word) => word.replace("--log-level=", ""))).toEqual(["debug"]);
  });

  test.each(["serve --db-path a", "serve --ca-file a", "scrape-once a", "import a"])(
    "offers files for %j",
    async (line) => {
      const offered = await offeredBy(shell, await scriptOf(shell), `litellm-pulse ${line}`);
      expect(offered.map((word) => word.replace("\\", ""))).toEqual(["a page.prom"]);
    },
  );
});

test("bash is among the shells that are tried", () => {
  expect(SHELLS_HERE).toContain("bash");
});

test.each([...SHELLS])("the script of %s names every command and every flag", async (shell) => {
  const script = await scriptOf(shell);
  for (const name of NAMES) {
    expect(script).toContain(name);
    for (const flag of flagsOf(name)) expect(script).toContain(shell === "fish" ? `-l ${flag.slice(2)}` : flag);
  }
});

test.each([
  [["completion", "bsh"], 'The shell is "bsh", expected one of bash, zsh, fish (did you mean bash?)'],
  [["completion", "powershell"], 'The shell is "powershell", expected one of bash, zsh, fish'],
  [["completion"], "Missing required argument 'shell'; see --help"],
])("%j ends with 2 and says which shells there are", async (argv, message) => {
  expect(await runCli(argv)).toEqual({ code: 2, out: "", err: `litellm-pulse: ${message}\n` });
});
