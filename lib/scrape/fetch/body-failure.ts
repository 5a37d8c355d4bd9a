import { errorCode } from "../../store/open/error-code.ts";
import type { BodyEnd } from "../drain-body.ts";
import { type Failed, failed } from "../failure.ts";
import { errorText } from "./connection-failure.ts";
import { type Stop, stopFailure } from "./deadline.ts";

/** What is known of a body that did not come to its end. */
type Reading = {
  readonly tried: string;
  readonly packed: boolean;
  /** Content-Length, if there was one. */
  readonly declared: number | undefined;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly why: Stop;
  readonly keySent: boolean;
  readonly scrub: (text: string) => string;
};

/** A page that is, or claims to be, longer than `maxBytes`. */
export function tooLarge(tried: string, maxBytes: number): Failed {
  const limit = maxBytes >= 1024 ** 2 ? `${Math.floor(maxBytes / 1024 ** 2)} MiB` : `${maxBytes} bytes`;
  return failed(
    "too_large",
    `${tried} gave more than ${limit}, which is not a page of LiteLLM's`,
    "Check LITELLM_PULSE_METRICS_URL",
  );
}

/** A body that was left or broke off, as a failure. */
export function bodyFailure(end: Exclude<BodyEnd, { kind: "complete" }>, reading: Reading): Failed {
  switch (end.kind) {
    case "too_large":
      return tooLarge(reading.tried, reading.maxBytes);
    case "aborted":
      return stopFailure(reading.why ?? "stopped", { ...reading, bytes: end.bytes });
    case "broken":
      return failed(
        "cut_off",
        `${reading.tried} was cut off after ${amount(end.bytes, reading)}: ${whatBroke(end.error, reading)}`,
        "LiteLLM or a proxy before it broke off the answer; its log may say why",
      );
    default:
      return end satisfies never;
  }
}

function amount(bytes: number, { packed, declared }: Reading): string {
  return packed || declared === undefined ? `${bytes} bytes` : `${bytes} of ${declared} bytes`;
}

function whatBroke(error: unknown, { packed, scrub }: Reading): string {
  switch (errorCode(error)) {
    case "ECONNRESET":
      return "the connection was closed";
    case "InvalidHTTPResponse":
      return "its chunks are garbled";
    case "":
      return packed ? `its gzip data is broken (${errorText(error, scrub)})` : errorText(error, scrub);
    default:
      return errorText(error, scrub);
  }
}
