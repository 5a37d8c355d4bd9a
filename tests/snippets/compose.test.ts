import { describe, expect, test } from "bun:test";
import { YAML } from "bun";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { PLACE, repositoryFile, snippetText } from "./place.ts";

type Service = {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly [key: string]: unknown;
};

/** What YAML gives is unknown, and the tests look into it. */
function parsed(text: string): { service: Service; volumes: Record<string, unknown> } {
  const file = YAML.parse(text) as { services: { "litellm-pulse": Service }; volumes: Record<string, unknown> };
  return { service: file.services["litellm-pulse"], volumes: file.volumes };
}

/** A value as Compose hands it on: `$$` is a dollar, `${…}` comes from the environment. */
function interpolated(text: string): string {
  return text.replace(/\$\$|\$\{[^}]*\}/g, (found) => (found === "$$" ? "$" : "FROM ENVIRONMENT"));
}

describe("snippet compose", () => {
  test("gives the service its settings as they are set here, and each is one", () => {
    const { service, volumes } = parsed(snippetText("compose"));
    const env = Object.fromEntries(
      Object.entries(service.environment).map(([name, text]) => [name, interpolated(text)]),
    );
    const resolved = resolveConfig({ flags: new Map(), env, readFile: () => "" });
    if (resolved.kind === "invalid") throw new Error(resolved.message);
    expect(resolved.config).toMatchObject({
      metricsUrl: PLACE.metricsUrl,
      timezone: "America/New_York",
      scrapeInterval: 60,
    });
    expect(resolved.warnings).toEqual([]);
    const known = new Set(SETTINGS.map((setting) => setting.env));
    expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([]);
    expect(service.ports).toEqual(["8123:8000"]);
    expect(service.volumes).toEqual(["litellm-pulse-data:/app/data"]);
    expect(Object.keys(volumes)).toEqual(["litellm-pulse-data"]);
  });

  test("reaches a LiteLLM on this machine from inside the container", () => {
    const { service } = parsed(snippetText("compose", "service", { metricsUrl: "http://localhost:4000/metrics/" }));
    expect(service.environment["LITELLM_PULSE_METRICS_URL"]).toBe("http://host.docker.internal:4000/metrics/");
    expect(service.extra_hosts).toEqual(["host.docker.internal:host-gateway"]);
  });

  test("serves under the path under which the other snippets reach it", () => {
    const { environment } = parsed(snippetText("compose", "service", { basePath: "/tools/pulse" })).service;
    expect(environment["LITELLM_PULSE_BASE_PATH"]).toBe("/tools/pulse");
  });

  test("takes keys from the environment", () => {
    const text = snippetText("compose", "service", { hasApiKey: true, hasMetricsKey: true });
    const { environment } = parsed(text).service;
    expect(environment["LITELLM_PULSE_API_KEY"]).toBe(`\${LITELLM_PULSE_API_KEY:?set it in .env}`);
    expect(interpolated(environment["LITELLM_PULSE_METRICS_API_KEY"] ?? "")).toBe("FROM ENVIRONMENT");
  });
});

test("compose.yaml in the repository is the snippet of a fresh installation, and builds its image", async () => {
  const fresh = { metricsUrl: "http://litellm:4000/metrics/", timezone: "UTC", port: 8000 };
  const { build, ...service } = parsed(await repositoryFile("compose.yaml")).service;
  expect(build).toBe(".");
  expect(service).toEqual(parsed(snippetText("compose", "service", fresh)).service);
});
