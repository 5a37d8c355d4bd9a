import { drainBody, MAX_PAGE_BYTES, unpackGzip } from "../drain-body.ts";
import { type Failed, failed } from "../failure.ts";
import { redactUrl, scrubber } from "../redact-url.ts";
import { bodyFailure, tooLarge } from "./body-failure.ts";
import { startDeadline } from "./deadline.ts";
import { type Answer, askForPage, type Question } from "./follow.ts";
import { authorizationFor, cleanKey, credentials, isSendable, withoutCredentials } from "./request.ts";

/** What is scraped, and how. A user name and a password in `url` go as Basic if there is no key. */
export type PageTarget = {
  readonly url: string;
  /** Goes as Bearer; blank counts as none. */
  readonly apiKey?: string | undefined;
  readonly verifySsl: boolean;
  /** PEM text; the only authorities that are trusted. */
  readonly ca?: string | undefined;
  /** For the whole scrape, from the name server to the last byte. */
  readonly timeoutMs: number;
};

/** What is known of a page before its first byte. */
export type PageHead = {
  /** Where the page came from, after redirects, fit to be shown: a masked URL, a path or `stdin`. */
  readonly source: string;
  readonly contentType: string | null;
  /** The `Date` header, the sender's clock, in UTC milliseconds; whole seconds. */
  readonly dateAt: number | undefined;
  /** Our clock before anything was asked, in UTC milliseconds: the page is no older than this. */
  readonly askedAt: number;
  /** Our clock in the moment the head was read, in UTC milliseconds. */
  readonly readAt: number;
};

/** Called once, for a page only; gives the sink for its bytes. A chunk may be kept, it is not written to again. */
export type OnHead = (head: PageHead) => (chunk: Uint8Array) => void;

/** `bytes` are those that the sink got: unpacked ones. */
export type PageResult = { readonly kind: "ok"; readonly head: PageHead; readonly bytes: number } | Failed;

/** `version` is ours, for `User-Agent`; `signal` is the caller's wish to stop; `maxBytes` is 1 GiB if not given. */
export type FetchDeps = {
  readonly fetch?: typeof fetch;
  readonly now: () => number;
  readonly signal?: AbortSignal;
  readonly onHead: OnHead;
  readonly version: string;
  readonly maxBytes?: number;
};

/**
 * Gets one page over HTTP and gives it to the sink as it comes, unpacked. Follows redirects, sends credentials to the
 * first origin only, and asks this machine without a proxy and without gzip. Every failure is a value, also after the
 * sink has been given a part of the page; a `onHead` or sink that throws is a bug and throws here. Whether the bytes
 * are an exposition is for the parser to say.
 */
export async function fetchPage(target: PageTarget, deps: FetchDeps): Promise<PageResult> {
  const given = URL.parse(target.url.trim());
  if (given === null || !/^https?:$/.test(given.protocol)) {
    const hint = "LITELLM_PULSE_METRICS_URL looks like http://litellm:4000/metrics/";
    return failed("unreachable", `${redactUrl(target.url)} is not an http or https address`, hint);
  }
  const key = cleanKey(target.apiKey);
  const [, password] = credentials(given);
  const authorization = authorizationFor(given, key);
  const header = authorization.kind === "none" ? undefined : authorization.header;
  const scrub = scrubber([key, password, given.password, header, header?.replace(/^\w+ /, "")]);
  const url = withoutCredentials(given);
  if (key !== undefined && !isSendable(key)) {
    const hint = "Check LITELLM_PULSE_METRICS_API_KEY for line breaks and for characters that are not ASCII";
    return failed(
      "unauthorized",
      `GET ${scrub(redactUrl(url.href))} was not tried: no header can carry the API key`,
      hint,
    );
  }
  const deadline = startDeadline(target.timeoutMs, deps.signal);
  try {
    const question: Question = {
      url,
      authorization,
      settings: { verifySsl: target.verifySsl, ca: target.ca, version: deps.version },
      timeoutMs: target.timeoutMs,
      deadline,
      fetch: deps.fetch ?? fetch,
      scrub,
    };
    const askedAt = deps.now();
    const answer = await askForPage(question);
    return answer.kind === "failed" ? answer : await readAnswer(answer, askedAt, question, deps);
  } finally {
    deadline.end();
  }
}

async function readAnswer(answer: Answer, askedAt: number, question: Question, deps: FetchDeps): Promise<PageResult> {
  const { response, tried } = answer;
  const { deadline, scrub } = question;
  const maxBytes = deps.maxBytes ?? MAX_PAGE_BYTES;
  const encoding = (response.headers.get("content-encoding") ?? "").trim().toLowerCase();
  const packed = encoding === "gzip" || encoding === "x-gzip";
  if (!packed && encoding !== "" && encoding !== "identity") {
    return failed(
      "not_metrics",
      `${tried} was answered in the encoding ${scrub(redactUrl(encoding))}, not in gzip or plain`,
      "A proxy before LiteLLM must leave the page as it is",
    );
  }
  const length = response.headers.get("content-length");
  const declared = length === null ? undefined : Number(length);
  if (declared !== undefined && declared > maxBytes) return tooLarge(tried, maxBytes);
  const head: PageHead = {
    source: scrub(redactUrl(answer.url.href)),
    contentType: response.headers.get("content-type"),
    dateAt: dateAt(response.headers.get("date")),
    askedAt,
    readAt: deps.now(),
  };
  const sink = deps.onHead(head);
  if (response.body === null) return { kind: "ok", head, bytes: 0 };
  const body = packed ? unpackGzip(response.body) : response.body;
  const end = await drainBody(body, sink, { maxBytes, signal: deadline.signal });
  if (end.kind === "complete") return { kind: "ok", head, bytes: end.bytes };
  return bodyFailure(end, {
    tried,
    packed,
    declared,
    maxBytes,
    scrub,
    timeoutMs: question.timeoutMs,
    why: deadline.why(),
    keySent: answer.keySent,
  });
}

function dateAt(header: string | null): number | undefined {
  const at = Date.parse(header ?? "");
  return Number.isNaN(at) ? undefined : at;
}
