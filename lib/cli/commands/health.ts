import type { ResolvedConfig } from "../../config/resolve.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { ownAddress } from "../own-address.ts";
import { say } from "../say.ts";

const TIMEOUT_MS = 5000;

/** `health`: asks the server of the configured host and port; exit code 0 when it is well, 1 when not. */
export async function health(
  { config }: ResolvedConfig,
  options: { readonly live: boolean },
  io: Io,
): Promise<ExitCode> {
  const url = `${ownAddress(config)}/health${options.live ? "/live" : ""}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), proxy: false });
    io.out(`${(await response.text()).trimEnd()}\n`);
    return response.ok ? EXIT.done : EXIT.unexpected;
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    const what = isTimeout ? `gave no answer within ${TIMEOUT_MS / 1000} s` : "does not answer";
    say(io, `${url} ${what}: check that litellm-pulse serve runs, LITELLM_PULSE_HOST and LITELLM_PULSE_PORT`);
    return EXIT.unexpected;
  }
}
