import type { Sandbox } from "../../support/binary.ts";
import type { FakeClock } from "../fake-clock.ts";
import type { Tally } from "../tally.ts";

const PATHS = [
  "/api/v1/metrics",
  "/api/v1/metrics/cost",
  "/api/v1/models",
  "/api/v1/history?limit=20",
  "/api/v1/usage?period=today&by=key",
  "/api/v1/usage?period=week&by=model&step=hour",
  "/api/v1/usage?last=7d&step=day",
  "/api/v1/homepage",
  "/api/v1/homeassistant",
  "/health",
  "/raw",
  "/metrics",
  "/",
] as const;
/** Between two questions, so that two cores are left for those who are asked. */
const PAUSE_MS = 15;

export type Readers = AsyncDisposable & {
  /** Who is to be asked from now on; undefined while nobody listens. */
  ask(url: string | undefined): void;
};

/** Asks the service over HTTP and by `report --json` processes, on and on until it is disposed of. */
export function startReaders(
  sandbox: Sandbox,
  set: Readonly<Record<string, string>>,
  clock: FakeClock,
  tally: Tally,
): Readers {
  let url: string | undefined;
  let isOver = false;
  let published = 0;

  const askOverHttp = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      const asked = url;
      await Bun.sleep(PAUSE_MS);
      const path = PATHS[turn % PATHS.length] ?? "/";
      if (asked === undefined || isOver) continue;
      const answer = await fetch(`${asked}${path}`, { signal: AbortSignal.timeout(20_000) }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: unknown) => ({ status: 0, text: String(error) }),
      );
      tally.count("questions over HTTP");
      // Whoever was killed does not answer any more.
      if (answer.status === 0 && url === asked) await Bun.sleep(200);
      if (answer.status === 0 && url === asked) tally.differ(`no answer to ${path}: ${answer.text}`);
      if (answer.status !== 200 && answer.status !== 0 && !(path === "/health" && answer.status === 503)) {
        tally.differ(`${path} is answered with ${answer.status}: ${answer.text.slice(0, 200)}`);
      }
      if (path === "/api/v1/metrics" && answer.status === 200) checkLifetime(answer.text);
    }
  };

  const checkLifetime = (text: string): void => {
    // The shape of `/api/v1/metrics`, which other tests hold.
    const { lifetime, error } = JSON.parse(text) as { lifetime: { requests: number }; error?: string };
    if (error !== undefined) return;
    if (lifetime.requests < published) tally.differ(`lifetime requests fell from ${published} to ${lifetime.requests}`);
    published = lifetime.requests;
  };

  const askByProcess = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      await Bun.sleep(PAUSE_MS * 20);
      if (isOver || url === undefined) continue;
      const args = [
        "report",
        "--json",
        turn % 2 === 0 ? "--today" : "--week",
        "--by",
        turn % 3 === 0 ? "key" : "model",
      ];
      const report = sandbox.start(args, { set, env: clock.env });
      const { code, stdout, stderr } = await report.finished;
      clock.tidy(report.pid);
      tally.count("questions by report --json");
      // 5: no good scrape in the window yet.
      if (code !== 0 && code !== 5) tally.differ(`${args.join(" ")} ended with ${code}: ${stderr}`);
      else JSON.parse(stdout);
    }
  };

  const loops = [askOverHttp(), askByProcess()];
  return {
    ask(next) {
      url = next;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await Promise.all(loops);
    },
  };
}
