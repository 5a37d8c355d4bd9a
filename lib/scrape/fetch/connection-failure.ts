import { errorCode } from "../../store/open/error-code.ts";
import { type Failed, type FailureReason, failed } from "../failure.ts";

type Meaning = { readonly reason: FailureReason; readonly came: string; readonly hint?: string };

/** What was asked when an error came, for its message. */
export type Attempt = {
  /** The hop as it may be shown: `GET http://…`. */
  readonly tried: string;
  readonly url: URL;
  readonly local: boolean;
  readonly ownCa: boolean;
  /** Takes every secret out of a foreign text. */
  readonly scrub: (text: string) => string;
};

const CHECK_URL = "Check LITELLM_PULSE_METRICS_URL";
const CHECK_HOST = "Check the host name in LITELLM_PULSE_METRICS_URL";
const TRUST =
  "Name the file with its authority's certificate in LITELLM_PULSE_CA_FILE, or go without the check: LITELLM_PULSE_VERIFY_SSL=false";
const SKIP = "or go without the check: LITELLM_PULSE_VERIFY_SSL=false";

const refused: Meaning = {
  reason: "unreachable",
  came: "the connection was refused, nothing listens there",
  hint: "Is LiteLLM running, and is LITELLM_PULSE_METRICS_URL right?",
};
const unknownHost: Meaning = { reason: "unreachable", came: "the host name is not known", hint: CHECK_HOST };
const dropped: Meaning = {
  reason: "unreachable",
  came: "the connection was closed before an answer came",
  hint: CHECK_URL,
};
const outOfFiles: Meaning = {
  reason: "unreachable",
  came: "this process has too many files and connections open",
  hint: "Raise its limit (ulimit -n), or look who keeps so many connections to it open",
};
const notHttp: Meaning = { reason: "unreachable", came: "what answers there does not speak HTTP", hint: CHECK_URL };
const untrusted = (came: string): Meaning => ({ reason: "tls", came, hint: TRUST });

/** Codes of errors before an answer's head, as Bun 1.4.5 throws them or as its sources name them. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ["ECONNREFUSED", refused],
  ["ConnectionRefused", refused],
  ["ENOTFOUND", unknownHost],
  ["DNSLookupFailed", unknownHost],
  ["EAI_AGAIN", { reason: "unreachable", came: "the name server did not answer", hint: CHECK_HOST }],
  ["ECONNRESET", dropped],
  ["ConnectionClosed", dropped],
  ["EPIPE", dropped],
  ["EHOSTUNREACH", { reason: "unreachable", came: "there is no route to the host", hint: CHECK_URL }],
  ["ENETUNREACH", { reason: "unreachable", came: "there is no route to its network", hint: CHECK_URL }],
  ["ETIMEDOUT", { reason: "unreachable", came: "the connection attempt timed out", hint: CHECK_URL }],
  ["FailedToOpenSocket", { reason: "unreachable", came: "no connection could be opened", hint: CHECK_URL }],
  ["EMFILE", outOfFiles],
  ["Malformed_HTTP_Response", notHttp],
  ["InvalidHTTPResponse", notHttp],
  [
    "EPROTO",
    {
      reason: "tls",
      came: "the TLS handshake failed",
      hint: "If that port speaks plain HTTP, use http:// in LITELLM_PULSE_METRICS_URL",
    },
  ],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", untrusted("the certificate is self-signed")],
  ["SELF_SIGNED_CERT_IN_CHAIN", untrusted("the certificate's chain ends in an unknown authority")],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", untrusted("the certificate's authority is not known")],
  ["UNABLE_TO_GET_ISSUER_CERT", untrusted("the certificate's authority is not known")],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", untrusted("the certificate's authority is not known")],
  ["CERT_UNTRUSTED", untrusted("the certificate is not trusted")],
  [
    "CERT_HAS_EXPIRED",
    {
      reason: "tls",
      came: "the certificate has expired",
      hint: `Renew it (a new self-signed one goes into LITELLM_PULSE_CA_FILE too), ${SKIP}`,
    },
  ],
  [
    "CERT_NOT_YET_VALID",
    {
      reason: "tls",
      came: "the certificate is not valid yet",
      hint: `Are both clocks right? Else renew it (a new self-signed one goes into LITELLM_PULSE_CA_FILE too), ${SKIP}`,
    },
  ],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    {
      reason: "tls",
      came: "the certificate is made out to another host name",
      hint: `Use its name in LITELLM_PULSE_METRICS_URL (LITELLM_PULSE_CA_FILE does not help here), ${SKIP}`,
    },
  ],
]);

/** An error that fetch threw before an answer's head, as a failure. */
export function connectionFailure(error: unknown, attempt: Attempt): Failed {
  const code = errorCode(error);
  const meaning = meaningOf(code, error, attempt);
  return failed(meaning.reason, `${attempt.tried} failed: ${meaning.came}`, hintFor(meaning, attempt));
}

/** What a thrown value says, on one line, without the runtime's advice to programmers. */
export function errorText(error: unknown, scrub: (text: string) => string): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = scrub(text.replace(/ ?For more information, pass `verbose.*$/s, ""));
  return (
    line
      .replace(/\p{Cc}+/gu, " ")
      .replace(/\.$/, "")
      .trim() || "an error without words"
  );
}

function meaningOf(code: string, error: unknown, attempt: Attempt): Meaning {
  if (code === "FailedToOpenSocket" && attempt.ownCa && attempt.url.protocol === "https:") {
    return {
      reason: "tls",
      came: "the authority's certificate cannot be read",
      hint: "LITELLM_PULSE_CA_FILE must hold certificates as PEM text; to go without the check: LITELLM_PULSE_VERIFY_SSL=false",
    };
  }
  const known = MEANINGS.get(code);
  if (known !== undefined) return known;
  const came = errorText(error, attempt.scrub);
  return /CERT|TLS|SSL|ISSUER|SIGNATURE|CRL/.test(code)
    ? untrusted(`${came} (${code})`)
    : { reason: "unreachable", came, hint: CHECK_URL };
}

function hintFor(meaning: Meaning, attempt: Attempt): string | undefined {
  const plain = attempt.url.protocol === "http:";
  if (meaning === refused && attempt.local)
    return `${refused.hint} In a container, ${attempt.url.hostname} is the container itself`;
  if (meaning === dropped && plain) return "If that port speaks TLS, use https:// in LITELLM_PULSE_METRICS_URL";
  if (meaning.hint === TRUST && attempt.ownCa)
    return `LITELLM_PULSE_CA_FILE does not hold the certificate of its authority; put it there, ${SKIP}`;
  return meaning.hint;
}
