import * as v from "valibot";
import { ROLES } from "../litellm/record-roles.ts";

/** Checks and converts the text of a setting; its description says in one line what is expected. */
export type TextSchema<Output> = v.GenericSchema<string, Output>;

/** What a shell can offer for the value of a setting. */
export type Completes =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "zone" }
  | { readonly kind: "path" };

/** What a value of the schema must be, in one line. */
export function expectedOf(schema: TextSchema<unknown>): string {
  return v.getDescription(schema) ?? "";
}

/** What a shell can offer for a value of the schema; undefined where nobody can guess it. */
export function completesOf(schema: TextSchema<unknown>): Completes | undefined {
  // Metadata is untyped; `completes` is written by the functions of this file alone.
  return (v.getMetadata(schema) as { completes?: Completes }).completes;
}

/** The words or time zone names of which a value is one; empty where it may be any text. */
export function wordsOf(completes: Completes | undefined): readonly string[] {
  if (completes?.kind === "words") return completes.words;
  return completes?.kind === "zone" ? ["UTC", ...Intl.supportedValuesOf("timeZone")] : [];
}

const ON = ["true", "1", "yes", "on"] as const;
const OFF = ["false", "0", "no", "off"] as const;

/** A decimal number without sign, exponent or unit. */
export function decimal(what: string, least: number, most: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)?$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
    v.description(`${what} from ${least} to ${most}, without a unit`),
  );
}

/** A whole number. */
export function whole(what: string, least: number, most: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d+$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
    v.description(`${what} from ${least} to ${most}`),
  );
}

/** Days to keep: from 1, or -1 for ever; 0 is refused, as it reads both as "nothing" and as "no limit". */
export function retentionDays() {
  return v.pipe(
    v.string(),
    v.regex(/^(-1|\d+)$/),
    v.transform(Number),
    v.check((days) => days === -1 || (days >= 1 && days <= 36_500)),
    v.description("a whole number of days from 1 to 36500, or -1 to keep everything; 0 would delete all of it"),
  );
}

/** One of a few words, in any case. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return v.pipe(
    v.string(),
    v.toLowerCase(),
    v.picklist(words),
    v.description(`one of ${words.join(", ")}`),
    v.metadata({ completes: { kind: "words", words } satisfies Completes }),
  );
}

/** A switch. */
export function onOff() {
  return v.pipe(
    v.string(),
    v.toLowerCase(),
    v.picklist([...ON, ...OFF]),
    v.transform((word): boolean => ON.some((on) => on === word)),
    v.description("true or false (also 1, yes, on or 0, no, off)"),
  );
}

/** An absolute http or https URL, kept as it is written. */
export function httpUrl() {
  return v.pipe(
    v.string(),
    v.regex(/^https?:\/\/[^\s\p{Cc}]+$/iu),
    v.check((text) => URL.canParse(text)),
    v.description("an http:// or https:// URL such as http://litellm:4000/metrics/"),
  );
}

/** Address of a PostgreSQL database, kept as it is written. */
export function postgresUrl() {
  return v.pipe(
    v.string(),
    v.regex(/^postgres(ql)?:\/\/[^\s\p{Cc}]+$/iu),
    v.check((text) => URL.canParse(text)),
    v.description("a postgresql:// URL such as postgresql://pulse:password@db:5432/litellm"),
  );
}

/** Name of a table, with its schema or without. */
export function tableName() {
  return v.pipe(
    v.string(),
    v.regex(/^"?[^".\p{Cc}]+"?(\."?[^".\p{Cc}]+"?)?$/u),
    v.description("the name of a table such as cost_logs or billing.cost_logs"),
  );
}

/** Column names by role: `id=id,time=created_at`. */
export function columnNames() {
  return v.pipe(
    v.string(),
    v.transform((text) => new Map(text.split(",").map(columnPair))),
    v.check((columns) => [...columns].every(([role, name]) => name !== "" && ROLES.some((known) => known === role))),
    v.transform((columns): ReadonlyMap<string, string> => columns),
    v.description(
      `names such as id=id,time=created_at,spend=cost_usd; the word before = is one of ${ROLES.join(", ")}`,
    ),
  );
}

function columnPair(text: string): [role: string, name: string] {
  const equals = text.indexOf("=");
  return [
    text.slice(0, Math.max(0, equals)).trim(),
    text
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, "$1"),
  ];
}

/** A host name or address to listen on; brackets around an IPv6 address are taken off. */
export function listenHost() {
  return v.pipe(
    v.string(),
    v.transform((text) => text.replace(/^\[([^\]]*)\]$/, "$1")),
    v.check(isHost),
    v.description("a host name or an IP address without a port, such as 0.0.0.0, 127.0.0.1 or ::"),
  );
}

function isHost(text: string): boolean {
  if (text.includes(":")) return v.IPV6_REGEX.test(text.replace(/%[\w.-]+$/, ""));
  if (/^[\d.]+$/.test(text)) return v.IPV4_REGEX.test(text);
  return text.length <= 253 && /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(text) && !text.includes("..");
}

/** A path of a URL, kept without the slash at its end; nothing where it is the root. */
export function urlPath() {
  return v.pipe(
    v.string(),
    v.regex(/^\/?([\w~-][\w.~-]*(\/[\w~-][\w.~-]*)*)?\/?$/),
    v.transform((path) => path.replace(/^\/|\/$/g, "")),
    v.transform((path) => (path === "" ? "" : `/${path}`)),
    v.description("a path of a URL such as /pulse"),
  );
}

/** A path of a file, kept as it is written. */
export function filePath(example: string) {
  return v.pipe(
    v.string(),
    v.regex(/^\P{Cc}+$/u),
    v.description(`a path such as ${example}`),
    v.metadata({ completes: { kind: "path" } satisfies Completes }),
  );
}

/** Paths of files, with commas between them. */
export function filePaths(example: string) {
  return v.pipe(
    v.string(),
    v.regex(/^\P{Cc}+$/u),
    v.transform((text) => text.split(",").map((path) => path.trim())),
    v.check((paths) => paths.every((path) => path !== "")),
    v.description(`a path, or several with commas between them, such as ${example}`),
    v.metadata({ completes: { kind: "path" } satisfies Completes }),
  );
}

/** A bearer key: what does not fit into one HTTP header line is refused here and not at the first request. */
export function bearerKey() {
  return v.pipe(v.string(), v.regex(/^[\x20-\x7e]+$/), v.description("one line of printable ASCII characters"));
}

/** Name of a metric in the Prometheus data model. */
export function prometheusName() {
  return v.pipe(
    v.string(),
    v.regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
    v.description("a Prometheus metric name such as litellm_spend_metric_total"),
  );
}

/** An IANA time zone in its usual spelling. Offsets such as `+02:00` are refused: they know no daylight saving time. */
export function timeZone() {
  return v.pipe(
    v.string(),
    v.regex(/^[a-z]/i),
    v.transform(usualSpelling),
    v.string(),
    v.description("an IANA time zone such as America/New_York"),
    v.metadata({ completes: { kind: "zone" } satisfies Completes }),
  );
}

/** An unknown zone has none. */
function usualSpelling(name: string): string | undefined {
  if (name === "UTC") return name; // The default must not cost the loading of time zone data.
  try {
    const known = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch {
    return undefined;
  }
}
