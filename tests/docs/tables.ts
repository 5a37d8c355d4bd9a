import type { Command } from "commander";
import { createProgram } from "../../lib/cli/program/program.ts";
import { SETTINGS, type Setting } from "../../lib/config/settings.ts";
import type { RouteAccess } from "../../lib/server/openapi/route-entry.ts";
import { ROUTES } from "../../lib/server/openapi/route-list.ts";
import { parameterNames } from "../../lib/server/spend/openapi.ts";
import { SPEND_ROUTES } from "../../lib/server/spend/routes/all.ts";
import { fakeIo } from "../cli/run-cli.ts";

/** What README has between `<!-- docs:NAME -->` and `<!-- docs:end -->`, by name. */
export function docsTables(): ReadonlyMap<string, string> {
  return new Map([
    ["settings", settingsTable(SETTINGS.filter(({ group }) => group !== "Metric names"))],
    ["metric-names", metricNamesTable(SETTINGS.filter(({ group }) => group === "Metric names"))],
    ["commands", commandsTable(createProgram(fakeIo([]), () => {}))],
    ["routes", routesTable()],
    ["spend-routes", spendRoutesTable()],
  ]);
}

function settingsTable(settings: readonly Setting[]): string {
  return table(
    ["variable", "flag", "default", "meaning"],
    settings.map(({ env, flag, default: byDefault, help, secret }) => [
      secret ? `${code(env)} or ${code(`${env}_FILE`)}` : code(env),
      code(flag),
      byDefault === undefined ? "" : code(byDefault),
      help,
    ]),
  );
}

function metricNamesTable(settings: readonly Setting[]): string {
  return table(
    ["variable", "default"],
    settings.map(({ env, default: byDefault }) => [code(env), code(byDefault ?? "")]),
  );
}

/** The flags of settings are left out: they stand in their own table. */
function commandsTable(program: Command): string {
  const settings = new Set(SETTINGS.flatMap(({ flag }) => [flag, `--no-${flag.slice(2)}`]));
  return table(
    ["command", "does", "flags of its own"],
    program.commands.map((command) => {
      const own = command.options.filter(({ long }) => long !== undefined && !settings.has(long));
      const words = command.registeredArguments.map((argument) =>
        argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
      );
      return [
        code([command.name(), ...words].join(" ")),
        command.description(),
        own.map(({ short, long }) => code(long ?? short ?? "")).join(" "),
      ];
    }),
  );
}

const ACCESS: { readonly [A in RouteAccess]: string } = {
  everyone: "everyone",
  key: "who has the key, if one is set",
  "key for people": "who has the key, if one is set; what names people needs one off loopback",
  people: "who has the key; without one only this machine",
  ingest: "who has the key or that for records; without one only this machine",
};

function routesTable(): string {
  return table(
    ["route", "parameters", "answers", "who may ask"],
    ROUTES.map(({ method, path, parameters = [], help, access }) => [
      code(`${method} ${path.replace(/:(\w+)/g, "{$1}")}`),
      parameters.map(code).join(" "),
      help,
      ACCESS[access],
    ]),
  );
}

const SPEND_ACCESS = {
  own: "their own requests",
  everyone: "the same",
  admin: "403",
} as const satisfies Record<(typeof SPEND_ROUTES)[number]["access"], string>;

function spendRoutesTable(): string {
  return table(
    ["route", "parameters", "answers", "an internal user gets"],
    SPEND_ROUTES.map((route) => [
      code(`${route.method} ${route.path}`),
      parameterNames(route).map(code).join(" "),
      route.summary,
      SPEND_ACCESS[route.access],
    ]),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
