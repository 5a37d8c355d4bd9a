import type { Hono } from "hono";
import { MOST_INGEST_BYTES } from "../routes/ingest.ts";
import { answerIncoming } from "./incoming.ts";

/** A server that listens. */
type Listening = {
  readonly kind: "listening";
  readonly url: string;
  /** Takes no new requests, lets the running ones end for at most `graceMs`, then closes. */
  stop(graceMs: number): Promise<void>;
};

export type ListenResult = Listening | { readonly kind: "failed"; readonly message: string };

/** Longer than the half minute or minute at which dashboards and Prometheus ask, so that they keep their connection. */
const IDLE_SECONDS = 75;
/** More than `/ingest` takes, so that it can say itself what is too much. */
const MOST_BODY_BYTES = 2 * MOST_INGEST_BYTES;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Whether only this machine can reach a server that listens on the address. */
export function isLoopbackAddress(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Serves an app on an address and port; port 0 takes a free one. A port that is taken is a value. */
export function listen(app: Hono, host: string, port: number): ListenResult {
  try {
    // Without development mode Bun 1.4 shares a port that is taken unless told not to.
    const server = Bun.serve({
      hostname: host,
      port,
      fetch: answerIncoming(app),
      idleTimeout: IDLE_SECONDS,
      maxRequestBodySize: MOST_BODY_BYTES,
      development: false,
      reusePort: false,
    });
    return {
      kind: "listening",
      url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
      async stop(graceMs) {
        const timer = setTimeout(() => server.stop(true), graceMs);
        await server.stop(false);
        clearTimeout(timer);
      },
    };
  } catch (error) {
    return { kind: "failed", message: bindMessage(error, host, port) };
  }
}

function bindMessage(error: unknown, host: string, port: number): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const where = `${host} port ${port}`;
  // A server that listens need not keep Node's sockets in its memory.
  const { isIP }: typeof import("node:net") = require("node:net");
  // Of a name that is not this machine's, Bun 1.4.5 gives the code of whatever failed before.
  switch (isIP(host) === 0 && host !== "localhost" ? undefined : code) {
    case "EADDRINUSE":
      return `Cannot listen on ${where}: it is taken, set LITELLM_PULSE_PORT to another one`;
    case "EACCES":
      return `Cannot listen on ${where}: ports below 1024 need privileges, set LITELLM_PULSE_PORT to a higher one`;
    case "EADDRNOTAVAIL":
      return `Cannot listen on ${where}: this machine has no such address, set LITELLM_PULSE_HOST`;
    default:
      return `Cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}; check LITELLM_PULSE_HOST and LITELLM_PULSE_PORT`;
  }
}
