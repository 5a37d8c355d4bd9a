import { hostname } from "node:os";
import { resolve } from "node:path";
import { closest } from "../../config/closest.ts";
import { maskUrl, quoted } from "../../config/mask.ts";
import type { Config, ResolvedConfig } from "../../config/resolve.ts";
import { SNIPPETS } from "../../snippets/catalogue.ts";
import type { Place } from "../../snippets/place.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { ownAddress } from "../own-address.ts";
import { say } from "../say.ts";

const EVERY_ADDRESS = ["0.0.0.0", "::"];
/** Docker names a container by this; others reach it by the name of its service. */
const CONTAINER_ID = /^[0-9a-f]{12}$/;

/** `snippet <name> [part]`: prints what others need to show us or to run us, filled with the settings in force. */
export async function snippet(
  { config, warnings }: ResolvedConfig,
  options: { readonly name: string; readonly part: string | undefined; readonly url: string | undefined },
  io: Io,
): Promise<ExitCode> {
  const parts = SNIPPETS.get(options.name);
  if (parts === undefined) return refuse(io, "snippet", options.name, [...SNIPPETS.keys()]);
  const part = options.part === undefined ? parts[0] : parts.find(({ name }) => name === options.part);
  if (part === undefined) {
    const names = parts.map(({ name }) => name);
    return refuse(io, `part of ${options.name}`, options.part ?? "", names);
  }
  const url = options.url === undefined ? addressForOthers(config) : givenAddress(options.url);
  if (url === undefined) {
    say(
      io,
      `--url is ${quoted(maskUrl(options.url ?? ""))}, expected an http or https URL such as http://pulse.lan:8000`,
    );
    return EXIT.usage;
  }
  for (const warning of warnings) say(io, warning);
  io.out(part.text(placeOf(config, url)));
  const others = parts.filter((each) => each !== part).map(({ name, help }) => `${options.name} ${name} (${help})`);
  if (io.outIsTerminal) say(io, `${part.help}${others.length === 0 ? "" : `; also: ${others.join(", ")}`}`);
  return EXIT.done;
}

function placeOf(config: Config, url: string): Place {
  return {
    url,
    port: config.port,
    basePath: config.basePath,
    timezone: config.timezone,
    metricsUrl: maskUrl(config.metricsUrl),
    scrapeIntervalSeconds: config.scrapeInterval,
    hasApiKey: config.apiKey !== undefined,
    hasMetricsKey: config.metricsApiKey !== undefined,
    dbPath: resolve(config.dbPath),
    program: process.execPath,
  };
}

/** Our address as other machines write it: where we listen, or this machine's name where that is everywhere. */
function addressForOthers(config: Config): string {
  const { host, port, basePath } = config;
  if (!EVERY_ADDRESS.includes(host)) return ownAddress(config);
  const name = hostname();
  return `http://${CONTAINER_ID.test(name) ? "litellm-pulse" : name.toLowerCase()}:${port}${basePath}`;
}

function givenAddress(text: string): string | undefined {
  const url = URL.parse(text);
  const isOurs = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  return isOurs ? (url.origin + url.pathname).replace(/\/+$/, "") : undefined;
}

function refuse(io: Io, what: string, given: string, known: readonly string[]): ExitCode {
  const alike = closest(given, known);
  const meant = alike === undefined ? "" : ` (did you mean ${alike}?)`;
  say(io, `The ${what} is ${quoted(given)}, expected one of ${known.join(", ")}${meant}`);
  return EXIT.usage;
}
