import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { ApiDeps } from "./api.ts";
import { sendError } from "./errors.ts";

const KEY_SETTING = "LITELLM_PULSE_API_KEY";
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

type Access = Pick<ApiDeps, "apiKey" | "isLoopbackOnly">;

/** Asks for the configured key, if there is one. */
export function requireKey({ apiKey }: Access): MiddlewareHandler {
  return async (context, next) => {
    if (apiKey !== undefined && !hasKey(context, apiKey)) return refuse(context, "This API asks for a key");
    await next();
    return;
  };
}

/**
 * Whether the request may see answers that name people: with the configured key, or without one where only this machine
 * can ask. A request that came through a proxy, with a foreign Origin or under a foreign Host is not this machine's.
 */
export function maySeePeople(context: Context, access: Access): boolean {
  if (access.apiKey !== undefined) return hasKey(context, access.apiKey);
  return access.isLoopbackOnly && isLocalRequest(context);
}

/** The answer to who may not. */
export function refuse(context: Context, what: string): Response {
  context.header("WWW-Authenticate", 'Bearer realm="litellm-pulse"');
  return sendError(context, 401, {
    error: what,
    hint: `Send "Authorization: Bearer <key>" with the value of ${KEY_SETTING}, which has to be set for answers that name people unless the server listens on 127.0.0.1 only`,
  });
}

function hasKey(context: Context, apiKey: string): boolean {
  const [, given] = /^Bearer +(\S+)\s*$/i.exec(context.req.header("Authorization") ?? "") ?? [];
  return given !== undefined && timingSafeEqual(digest(given), digest(apiKey));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isLocalRequest(context: Context): boolean {
  const header = (name: string) => context.req.header(name);
  if (Object.keys(context.req.header()).some((name) => name === "forwarded" || name.startsWith("x-forwarded-"))) {
    return false;
  }
  const origin = header("Origin");
  if (origin !== undefined && !LOOPBACK_HOST.test(origin.replace(/^https?:\/\//, ""))) return false;
  return LOOPBACK_HOST.test(header("Host") ?? new URL(context.req.url).host);
}
