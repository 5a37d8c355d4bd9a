import { harmless } from "../../config/mask.ts";
import { schemaProblem } from "../../query/check-schema.ts";
import type { QuestionWords } from "../../query/question/question-words.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import { usageSchema } from "../../query/usage/usage-schema.ts";
import { connectionFailure } from "../../scrape/fetch/connection-failure.ts";
import { authorizationFor, cleanKey, isLoopback, withoutCredentials } from "../../scrape/fetch/request.ts";
import { redactUrl, scrubber } from "../../scrape/redact-url.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { ReportSource, Told, Untold } from "./source.ts";

const TIMEOUT_MS = 10_000;
const USAGE_PATH = "/api/v1/usage";
const NOT_OURS = "expected the address of litellm-pulse serve, such as http://localhost:8000";

/** Where and as whom a running `serve` is asked. */
export type UrlSettings = {
  /** Its address, which may have a path before `/api`; a user name and a password in it go to a proxy before it. */
  readonly url: URL;
  readonly words: QuestionWords;
  readonly apiKey: string | undefined;
  /** PEM text of the authorities that are trusted; those of the system where undefined. */
  readonly ca: string | undefined;
  /** Ends what is being asked. */
  readonly signal: AbortSignal | undefined;
};

/** Asks a running `serve`. Equal answers are asked for by their ETag, so that a watched one costs little. */
export function urlSource(settings: UrlSettings): ReportSource {
  let last: { readonly etag: string; readonly told: Told } | undefined;
  return {
    async ask() {
      const [usage, notes] = await Promise.all([
        get(settings, usageUrl(settings, settings.words), last?.etag),
        serverNotes(settings),
      ]);
      if (usage.kind === "untold") return usage;
      if (usage.kind === "unchanged" && last) return { ...last.told, notes, newestAt: usage.newestAt };
      if (usage.kind === "unchanged")
        return refused(settings, "answered with status 304 although nothing was asked before");
      const problem = schemaProblem(usage.body, usageSchema());
      if (problem !== undefined) return refused(settings, `gave an answer that cannot be read: ${problem}`);
      // The schema says that it is one.
      const answer = usage.body as UsageAnswer;
      const told: Told = { kind: "told", answer, newestAt: usage.newestAt, notes };
      if (usage.etag !== undefined) last = { etag: usage.etag, told };
      return told;
    },
    async valuesOf(dimension) {
      const words = new Map([
        ["last", ["3660d"]],
        ["by", [dimension]],
        ["step", ["day"]],
      ]);
      const usage = await get(settings, usageUrl(settings, words), undefined);
      if (usage.kind !== "answer" || schemaProblem(usage.body, usageSchema()) !== undefined) return [];
      // The schema says that it is one.
      const { groups } = usage.body as UsageAnswer;
      return groups.flatMap((group) => group[dimension] ?? []);
    },
  };
}

type Got =
  | {
      readonly kind: "answer";
      readonly body: unknown;
      readonly etag: string | undefined;
      readonly newestAt: number | undefined;
    }
  | { readonly kind: "unchanged"; readonly newestAt: number | undefined }
  | Untold;

async function get(settings: UrlSettings, url: URL, etag: string | undefined): Promise<Got> {
  try {
    const response = await request(settings, url, etag);
    const newestAt = Date.parse(response.headers.get("Last-Modified") ?? "");
    const known = Number.isNaN(newestAt) ? undefined : newestAt;
    if (response.status === 304) return { kind: "unchanged", newestAt: known };
    const body = jsonOrUndefined(await response.text());
    if (response.ok && body !== undefined) {
      return { kind: "answer", body, etag: response.headers.get("ETag") ?? undefined, newestAt: known };
    }
    return refusal(settings, response, body);
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      return refused(settings, `gave no answer within ${TIMEOUT_MS / 1000} s`);
    }
    const tried = `GET ${shown(settings)}`;
    const attempt = { tried, url, local: isLoopback(url), ownCa: settings.ca !== undefined, scrub: scrub(settings) };
    const { reason, message } = connectionFailure(error, attempt).failure;
    const next =
      reason === "tls"
        ? "name the file with its authority's certificate in LITELLM_PULSE_CA_FILE"
        : "check --url, and that litellm-pulse serve runs there";
    return untold(EXIT.unreachable, `${message}: ${next}`);
  }
}

/** What the server itself finds wrong; nothing where it does not say, since the answer is what was asked for. */
async function serverNotes(settings: UrlSettings): Promise<string[]> {
  try {
    const body = jsonOrUndefined(await (await request(settings, address(settings, "/health"), undefined)).text());
    if (typeof body !== "object" || body === null) return [];
    const reason = "reason" in body ? [body.reason] : [];
    const notes = "notes" in body && Array.isArray(body.notes) ? body.notes : [];
    return [...reason, ...notes].flatMap((text) => foreignText(text) ?? []);
  } catch {
    return [];
  }
}

function request(settings: UrlSettings, url: URL, etag: string | undefined): Promise<Response> {
  const authorization = authorizationFor(settings.url, cleanKey(settings.apiKey));
  return fetch(withoutCredentials(url), {
    headers: {
      accept: "application/json",
      // Bun writes a line of its own to stderr when packed data is broken.
      "accept-encoding": "identity",
      ...(authorization.kind === "none" ? {} : { authorization: authorization.header }),
      ...(etag === undefined ? {} : { "if-none-match": etag }),
    },
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(settings.signal ? [settings.signal] : [])]),
    ...(isLoopback(url) ? { proxy: false } : {}),
    ...(settings.ca === undefined ? {} : { tls: { ca: settings.ca } }),
  });
}

function refusal(settings: UrlSettings, { status }: Response, body: unknown): Untold {
  const said = typeof body === "object" && body !== null ? new Map<string, unknown>(Object.entries(body)) : undefined;
  const error = foreignText(said?.get("error"));
  if (status === 400 && error !== undefined) return untold(EXIT.usage, error);
  if (status === 401 || status === 403) {
    const why = error === undefined ? "" : ` (${error})`;
    const next =
      settings.apiKey === undefined
        ? "set LITELLM_PULSE_API_KEY to the key of that server, which must have one"
        : "LITELLM_PULSE_API_KEY is not the key of that server";
    return refused(settings, `refused with status ${status}${why}: ${next}`);
  }
  if (status >= 500 && error !== undefined) return refused(settings, `answered with status ${status}: ${error}`);
  if (status >= 200 && status < 300) return refused(settings, `gave an answer that is not JSON: ${NOT_OURS}`);
  return refused(settings, `answered with status ${status}: ${NOT_OURS}`);
}

function refused(settings: UrlSettings, what: string): Untold {
  return untold(EXIT.unreachable, `${shown(settings)} ${what}`);
}

function untold(code: ExitCode, message: string): Untold {
  return { kind: "untold", message, code };
}

function shown(settings: UrlSettings): string {
  return scrub(settings)(redactUrl(address(settings, USAGE_PATH).href));
}

function scrub({ url, apiKey }: UrlSettings): (text: string) => string {
  return scrubber([apiKey, url.password]);
}

function usageUrl(settings: UrlSettings, words: QuestionWords): URL {
  const url = address(settings, USAGE_PATH);
  for (const [name, values] of words) for (const value of values) url.searchParams.append(name, value);
  return url;
}

/** A path below the address of the server, which may itself be given with the path of the API. */
function address({ url }: UrlSettings, path: string): URL {
  const found = new URL(url);
  found.pathname = url.pathname.replace(/\/+$/, "").replace(/\/api\/v1(\/usage)?$/, "") + path;
  found.search = "";
  return found;
}

/** What a server says, as it may stand in a line on a terminal. */
function foreignText(value: unknown): string | undefined {
  return typeof value === "string" ? harmless(value) : undefined;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
