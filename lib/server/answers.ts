import type { Context } from "hono";
import { jsonText } from "../query/json-text.ts";
import { dataVersion } from "../store/state.ts";
import type { ApiDeps } from "./api.ts";

const GZIP_FROM_BYTES = 1024;
const MOST_ANSWERS = 200;

/** A JSON body that is ready to be sent. */
type Answer = {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  gzipped: Uint8Array<ArrayBuffer> | undefined;
};

/**
 * Keeps each answer until the numbers behind it may have changed: a scrape of this process, a write of another one
 * (SQLite's data version), the next local midnight. A request then costs neither a query nor a hash.
 */
export type Answers = {
  /** Sends the answer of a key, made by `make` if there is none yet. Knows If-None-Match and gzip. */
  send(context: Context, key: string, make: () => unknown, status?: number): Response;
};

/** Makes the answers of one app. */
export function createAnswers(deps: Pick<ApiDeps, "live" | "now" | "zone">): Answers {
  let answers = new Map<string, Answer>();
  let version = "";

  const isFresh = (): boolean => {
    const { db, revision } = deps.live();
    const current = `${revision} ${dataVersion(db)} ${deps.zone.dayAt(deps.now()).start}`;
    if (current === version) return true;
    version = current;
    return false;
  };

  return {
    send(context, key, make, status = 200) {
      if (!isFresh() || answers.size > MOST_ANSWERS) answers = new Map();
      const known = answers.get(key);
      const answer = known ?? toAnswer(make(), status);
      if (!known) answers.set(key, answer);
      return respond(context, answer);
    },
  };
}

function toAnswer(value: unknown, status: number): Answer {
  const body = new TextEncoder().encode(jsonText(value));
  return { status, body, etag: `"${Bun.hash(body).toString(36)}"`, gzipped: undefined };
}

function respond(context: Context, answer: Answer): Response {
  const headers = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-cache",
    ETag: answer.etag,
    Vary: "Accept-Encoding",
  };
  const asked = context.req.header("If-None-Match");
  if (answer.status === 200 && asked !== undefined && namesTag(asked, answer.etag)) {
    return context.body(null, 304, headers);
  }
  const wantsGzip = answer.body.length >= GZIP_FROM_BYTES && acceptsGzip(context.req.header("Accept-Encoding"));
  if (!wantsGzip) return new Response(answer.body, { status: answer.status, headers });
  answer.gzipped ??= Bun.gzipSync(answer.body);
  return new Response(answer.gzipped, { status: answer.status, headers: { ...headers, "Content-Encoding": "gzip" } });
}

function namesTag(header: string, etag: string): boolean {
  return header.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+)?\s*(,|$)/.test(header);
}
