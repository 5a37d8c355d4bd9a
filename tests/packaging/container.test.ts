import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { TABLE_SETTINGS } from "../../lib/config/settings.ts";
import { runCli } from "../cli/run-cli.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

type Instruction = { readonly name: string; readonly rest: string };

/** The instructions of the Dockerfile by stage, lines that go on joined. */
async function stages(): Promise<readonly (readonly Instruction[])[]> {
  const text = (await Bun.file(`${ROOT}Dockerfile`).text()).replace(/\\\n\s*/g, "");
  const all = text.split("\n").flatMap((line): Instruction[] => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, rest }];
  });
  const starts = all.flatMap(({ name }, index) => (name === "FROM" ? [index] : []));
  return starts.map((start, index) => all.slice(start, starts[index + 1]));
}

function only(stage: readonly Instruction[] | undefined, name: string): string {
  const found = stage?.filter((instruction) => instruction.name === name) ?? [];
  expect([name, found.length]).toEqual([name, 1]);
  return found[0]?.rest ?? "";
}

describe("Dockerfile", () => {
  test("starts from pinned images, and ends with nothing of them but the C library", async () => {
    const bases = (await stages()).map((stage) => only(stage, "FROM"));
    expect(bases.at(-1)).toBe("scratch");
    for (const base of bases.slice(0, -1)) expect(base).toMatch(/node:\d+\.\d+\.\d+-bookworm-slim AS \w+$/);
  });

  test("runs serve as a user without a name, in the folder in which seed 1's volume lies", async () => {
    const last = (await stages()).at(-1);
    expect(only(last, "USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(only(last, "WORKDIR")).toBe("/app");
    const dbPath = TABLE_SETTINGS.find(({ key }) => key === "dbPath")?.default ?? "";
    expect(resolve("/app", dbPath)).toBe(`${only(last, "VOLUME")}/litellm_pulse.db`);
    expect(only(last, "ENTRYPOINT")).toBe('["/usr/local/bin/litellm-pulse"]');
    expect(only(last, "CMD")).toBe('["serve"]');
    expect(only(last, "EXPOSE")).toBe(TABLE_SETTINGS.find(({ key }) => key === "port")?.default ?? "");
    const owner = only(last, "USER");
    const copies = last?.filter(({ name, rest }) => name === "COPY" && rest.endsWith(" /app")) ?? [];
    expect(copies.map(({ rest }) => rest.includes(`--chown=${owner} `))).toEqual([true]);
    expect(await Bun.file(`${ROOT}Makefile`).text()).toContain(`IMAGE_USER := ${owner.split(":")[0]}\n`);
  });

  test("is asked for its health by a command that the program has, without a shell", async () => {
    const [, command] = / CMD (\[.*\])$/.exec(only((await stages()).at(-1), "HEALTHCHECK")) ?? [];
    const [program, ...args] = JSON.parse(command ?? "[]");
    expect(program).toBe("/usr/local/bin/litellm-pulse");
    const { code, err } = await runCli(args, { set: { PORT: "1" } });
    // Nothing listens there: the command is known, and what it finds is bad.
    expect(code).toBe(1);
    expect(err).toContain("http://127.0.0.1:1/health/live does not answer");
  });

  test("is handed only what is there and what the program is made of", async () => {
    const lines = (await Bun.file(`${ROOT}.dockerignore`).text()).split("\n").filter((line) => /^[^#]/.test(line));
    expect(lines[0]).toBe("*");
    const allowed = lines.slice(1).map((line) => line.replace(/^!/, ""));
    expect(allowed.filter((path) => !existsSync(ROOT + path))).toEqual([]);
    const copied = (await stages())
      .flat()
      .filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from") && rest !== ". .")
      .flatMap(({ rest }) => rest.split(" ").slice(0, -1));
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
  });
});
