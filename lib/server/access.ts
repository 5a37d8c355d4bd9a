import type { Context, MiddlewareHandler } from "hono";
import { excerpt } from "../query/excerpt.ts";
import { sendError } from "./answers/json.ts";
import type { ApiDeps } from "./api.ts";
import { bearerKey, isSameKey } from "./bearer.ts";

/** RFC 9110 §7.2. Several Host lines come as one, joined by commas, which a host name may have but never has. */
const HOST = /^([\w.~!$&'()*+;=%-]*|\[[\da-f.:]+\])(:\d*)?$/i;
const LOOPBACK_HOST = /^(localhost\.?|127(\.\d{1,3}){1,3}|\[::1\])(:\d+)?$/i;
/** Headers that only a proxy sets. */
const PROXY_HEADER = /^(forwarded|via|x-real-ip|x-forwarded-.*)$/;

type Access = Pick<ApiDeps, "apiKey" | "isLoopbackOnly">;

/** Whether a request names one host (RFC 9112 §3.2). None at all is what HTTP/1.0 may send. */
export function hasOneHost(headers: Headers): boolean {
  const host = headers.get("Host");
  return host === null || HOST.test(host);
}

/** Refuses a request that names several hosts, or something that is none. */
export function requireOneHost(): MiddlewareHandler {
  return async (context, next) => {
    if (hasOneHost(context.req.raw.headers)) return next();
    const host = context.req.header("Host") ?? "";
    return sendError(context, 400, { error: `Host is "${excerpt(host)}", expected one host name or address` });
  };
}

/** Whether a request carries the configured key, if there is one. */
export function hasKeyIfAsked(headers: Headers, { apiKey }: Access): boolean {
  return apiKey === undefined || hasKey(headers, apiKey);
}

/** Asks for the configured key, if there is one. */
export function requireKey(access: Access): MiddlewareHandler {
  return async (context, next) => {
    if (hasKeyIfAsked(context.req.raw.headers, access)) return next();
    return refuse(context, "This API asks for a key", 'Send "Authorization: Bearer <LITELLM_PULSE_API_KEY>"');
  };
}

/**
 * Whether the request may see answers that name people: with the configured key, or without one where only this machine
 * can ask. A request that came through a proxy, with a foreign Origin or under a foreign Host is not this machine's.
 */
export function maySeePeople(context: Context, access: Access): boolean {
  if (access.apiKey !== undefined) return hasKey(context.req.raw.headers, access.apiKey);
  return access.isLoopbackOnly && isLocalRequest(context);
}

/** The answer to who may not see people, on a server without a key. */
export function refusePeople(context: Context): Response {
  return refuse(
    context,
    "This answer names people",
    'Set LITELLM_PULSE_API_KEY and send "Authorization: Bearer <LITELLM_PULSE_API_KEY>", or set LITELLM_PULSE_HOST to 127.0.0.1 and ask from that machine',
  );
}

/** Whether the request may add records: with either key, or without any where only this machine can ask. */
export function mayIngest(context: Context, access: Pick<ApiDeps, "apiKey" | "ingestKey" | "isLoopbackOnly">): boolean {
  const keys = [access.ingestKey, access.apiKey].filter((key) => key !== undefined);
  if (keys.length > 0) return keys.some((key) => hasKey(context.req.raw.headers, key));
  return access.isLoopbackOnly && isLocalRequest(context);
}

/** The answer to who may not add records. */
export function refuseIngest(context: Context): Response {
  return refuse(
    context,
    "Records are taken with a key only",
    'Set LITELLM_PULSE_INGEST_KEY and let the callback send "Authorization: Bearer <LITELLM_PULSE_INGEST_KEY>"',
  );
}

function refuse(context: Context, error: string, hint: string): Response {
  context.header("WWW-Authenticate", 'Bearer realm="litellm-pulse"');
  return sendError(context, 401, { error, hint });
}

function hasKey(headers: Headers, apiKey: string): boolean {
  const given = bearerKey(headers.get("Authorization"));
  return given !== undefined && isSameKey(given, apiKey);
}

function isLocalRequest(context: Context): boolean {
  const headers = context.req.header();
  if (Object.keys(headers).some((name) => PROXY_HEADER.test(name))) return false;
  const origin = headers["origin"];
  if (origin !== undefined && !LOOPBACK_HOST.test(origin.replace(/^https?:\/\//, ""))) return false;
  return LOOPBACK_HOST.test(headers["host"] ?? new URL(context.req.url).host);
}
