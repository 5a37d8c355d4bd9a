import type { Config } from "../../config/resolve.ts";
import { errorCode } from "../../store/open/error-code.ts";
import { ownAddress } from "../own-address.ts";
import type { ServerFacts } from "./facts.ts";

const TIMEOUT_MS = 2000;
const STATUSES = ["ok", "starting", "stale"];

/** Asks what answers at the address on which `serve` would listen. */
export async function gatherServer(config: Config): Promise<ServerFacts> {
  if (config.port === 0) return { kind: "any" };
  const url = ownAddress(config);
  try {
    const response = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      proxy: false,
      redirect: "manual",
    });
    const body: unknown = await response.json().catch(() => undefined);
    const { status, reason } = { status: "", reason: undefined, ...(isRecord(body) ? body : {}) };
    if (typeof status !== "string" || !STATUSES.includes(status)) return { kind: "stranger", url };
    return { kind: "ours", url, status, reason: typeof reason === "string" ? reason : undefined };
  } catch (error) {
    const code = errorCode(error);
    return { kind: code === "ConnectionRefused" || code === "ECONNREFUSED" ? "nothing" : "stranger", url };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
