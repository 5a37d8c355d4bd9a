import { openSandbox, until } from "../../support/binary.ts";
import { launch } from "./browser.ts";

/** Takes the picture of the dashboard over the demo's month, in the theme that README is read in. */
async function main(path: string): Promise<void> {
  await using sandbox = openSandbox();
  const demo = sandbox.start(["demo"], {
    set: { HOST: "127.0.0.1", PORT: "0", LOG_LEVEL: "error", DB_PATH: undefined },
  });
  const url = await until(
    "the demo listens",
    () => /Open (http:\/\/\S+) in a browser/.exec(demo.stderr())?.[1],
    60_000,
  );
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1180, height: 980 }, colorScheme: "light" });
    await page.goto(url);
    await page.waitForSelector("#rows tbody tr");
    await page.waitForSelector('.status[data-state="live"]');
    await page.screenshot({ path });
  } finally {
    await browser.close();
  }
}

main(process.argv[2] ?? "screenshot.png").catch((error: unknown) => {
  process.stderr.write(`Cannot take the picture: ${error}\n`);
  process.exitCode = 1;
});
