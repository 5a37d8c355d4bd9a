import { expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox } from "../support/binary.ts";
import { recordedPages } from "../support/recorded.ts";
import { createGate, openPageServer, recordedAnswer } from "./page-server.ts";

setDefaultTimeout(60_000);

const COMMAND = "litellm-pulse report --today --by model_group";

test("the report in README is what the program says after the recorded pages", async () => {
  const readme = await Bun.file(new URL("../../README.md", import.meta.url)).text();
  await using sandbox = openSandbox();
  const gate = createGate();
  await using server = openPageServer(gate.answer);
  const set = { METRICS_URL: server.metricsUrl, LOG_LEVEL: "error" };
  for (const page of recordedPages("sequence")) {
    gate.hand(recordedAnswer(page));
    await sandbox.run(["scrape-once"], { set });
  }
  const { stdout } = await sandbox.run(COMMAND.split(" ").slice(1), { env: { COLUMNS: "80" } });
  // Above the table and below it stands when the program ran.
  const tableOf = (text: string | undefined) => /^ MODEL GROUP[\s\S]*^ TOTAL .*$/m.exec(text ?? "")?.[0];
  expect(tableOf(stdout)).toBeDefined();
  expect(tableOf(readme.split(`$ ${COMMAND}\n`)[1])).toBe(tableOf(stdout) ?? "");
});
