import type { Tally } from "../tally.ts";

const WINDOW = "start_date=2026-10-01&end_date=2026-12-31";
const PATHS = [
  "/usage",
  "/aggregate",
  "/api/v1/usage?period=month&by=user&source=ledger",
  `/global/activity?${WINDOW}`,
  `/global/activity/model?${WINDOW}`,
  `/global/spend/report?${WINDOW}&group_by=api_key`,
  `/spend/tags?${WINDOW}`,
  "/global/spend",
  "/metrics",
  "/health/live",
] as const;
const PAUSE_MS = 40;
/** What is answered until something was folded, by the kind of route. */
const NO_LEDGER_YET: ReadonlySet<number> = new Set([404, 501, 503]);

/** Readers that ask a service all the time. */
export type LedgerReaders = AsyncDisposable & {
  /** Who is to be asked from now on, undefined while nobody listens; one that found no room for SQLite's index may refuse. */
  ask(url: string | undefined, mayRefuse?: () => boolean): void;
};

/** Asks the service on and on; what it says must never fall, nor be more than was written. */
export function startLedgerReaders(tally: Tally, written: () => number): LedgerReaders {
  let url: string | undefined;
  let mayRefuse = () => false;
  let isOver = false;
  let counted = 0;
  const check = (text: string): void => {
    // The shape of `/usage`, which other tests hold.
    const { totals } = JSON.parse(text) as { totals: { total_requests: number } };
    if (totals.total_requests < counted)
      tally.differ(`/usage fell from ${counted} to ${totals.total_requests} requests`);
    if (totals.total_requests > written()) {
      tally.differ(`/usage counts ${totals.total_requests} requests of ${written()}`);
    }
    counted = totals.total_requests;
  };
  const loop = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      await Bun.sleep(PAUSE_MS);
      const asked = url;
      if (asked === undefined || isOver) continue;
      const mayBeRefused = mayRefuse();
      const path = PATHS[turn % PATHS.length] ?? "/usage";
      const answer = await fetch(`${asked}${path}`, { signal: AbortSignal.timeout(20_000) }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: unknown) => ({ status: 0, text: String(error) }),
      );
      tally.count("questions to the ledger");
      if (answer.status === 0) {
        // Whoever was killed does not answer any more.
        await Bun.sleep(200);
        if (url === asked) tally.differ(`no answer to ${path}: ${answer.text}`);
      } else if (
        answer.status === 503 &&
        (mayBeRefused || mayRefuse()) &&
        answer.text.includes("the disk is full, make room")
      ) {
        tally.count("answers that a full disk refused");
      } else if (answer.status !== 200 && !(counted === 0 && NO_LEDGER_YET.has(answer.status))) {
        tally.differ(`${path} is answered with ${answer.status}: ${answer.text.slice(0, 200)}`);
      } else if (path === "/usage" && answer.status === 200) check(answer.text);
    }
  };
  const running = loop();
  return {
    ask(next, mayNextRefuse = () => false) {
      url = next;
      mayRefuse = mayNextRefuse;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await running;
    },
  };
}
