import { describe, expect, test } from "bun:test";
import { expectedOf } from "../../lib/config/schemas.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { configOf, messageOf, resolved } from "./support.ts";

const expected = (env: string) =>
  SETTINGS.filter((setting) => setting.env === env).map(({ schema }) => expectedOf(schema))[0];

describe("a good value", () => {
  test.each([
    [
      "METRICS_URL",
      "https://user:pass@llm.home.lan/metrics/",
      { metricsUrl: "https://user:pass@llm.home.lan/metrics/" },
    ],
    ["METRICS_URL", "HTTP://[::1]:4000/metrics", { metricsUrl: "HTTP://[::1]:4000/metrics" }],
    ["SCRAPE_INTERVAL", "0.1", { scrapeInterval: 0.1 }],
    ["SCRAPE_INTERVAL", "86400", { scrapeInterval: 86_400 }],
    ["SCRAPE_INTERVAL", " 15 ", { scrapeInterval: 15 }],
    ["SCRAPE_TIMEOUT", "2.5", { scrapeTimeout: 2.5 }],
    ["METRICS_API_KEY", "  sk-1234\n", { metricsApiKey: "sk-1234" }],
    ["API_KEY", "a pass phrase", { apiKey: "a pass phrase" }],
    ["VERIFY_SSL", "true", { verifySsl: true }],
    ["VERIFY_SSL", "1", { verifySsl: true }],
    ["VERIFY_SSL", "YES", { verifySsl: true }],
    ["VERIFY_SSL", "On", { verifySsl: true }],
    ["VERIFY_SSL", "False", { verifySsl: false }],
    ["VERIFY_SSL", "0", { verifySsl: false }],
    ["VERIFY_SSL", "no", { verifySsl: false }],
    ["VERIFY_SSL", "OFF", { verifySsl: false }],
    ["CA_FILE", "/etc/ssl/my ca.pem", { caFile: "/etc/ssl/my ca.pem" }],
    ["MAX_LABEL_VALUES", "1", { maxLabelValues: 1 }],
    ["HOST", "127.0.0.1", { host: "127.0.0.1" }],
    ["HOST", "::", { host: "::" }],
    ["HOST", "[::1]", { host: "::1" }],
    ["HOST", "fe80::1%eth0", { host: "fe80::1%eth0" }],
    ["HOST", "litellm-pulse.home.lan", { host: "litellm-pulse.home.lan" }],
    ["PORT", "0", { port: 0 }],
    ["PORT", "65535", { port: 65_535 }],
    ["BASE_PATH", "/", { basePath: "" }],
    ["BASE_PATH", "/pulse", { basePath: "/pulse" }],
    ["BASE_PATH", "tools/pulse-2/", { basePath: "/tools/pulse-2" }],
    ["DB_PATH", "C:\\data\\pulse.db", { dbPath: "C:\\data\\pulse.db" }],
    ["DB_RETENTION_DAYS", "-1", { dbRetentionDays: -1 }],
    ["DB_RETENTION_DAYS", "1", { dbRetentionDays: 1 }],
    ["HISTORY_SIZE", "0", { historySize: 0 }],
    ["LOG_LEVEL", "WARNING", { logLevel: "warning" }],
    ["LOG_FORMAT", "Json", { logFormat: "json" }],
    ["TIMEZONE", "America/New_York", { timezone: "America/New_York" }],
    ["TIMEZONE", "europe/berlin", { timezone: "Europe/Berlin" }],
    ["TIMEZONE", "Asia/Kolkata", { timezone: "Asia/Kolkata" }],
  ])("LITELLM_PULSE_%s=%p is taken", (name, value, config) =>
    expect(configOf({ env: { [`LITELLM_PULSE_${name}`]: value } })).toMatchObject(config),
  );
});

describe("a bad value", () => {
  test.each([
    ["METRICS_URL", "litellm:4000/metrics/"],
    ["BASE_PATH", "/a/../b"],
    ["BASE_PATH", "/a b"],
    ["BASE_PATH", "https://home.lan/pulse"],
    ["METRICS_URL", "http:litellm:4000"],
    ["METRICS_URL", "ftp://litellm/metrics"],
    ["METRICS_URL", "http://"],
    ["METRICS_URL", "http://litellm:99999/"],
    ["METRICS_URL", "http://litellm:4000/a b"],
    ["SCRAPE_INTERVAL", "0"],
    ["SCRAPE_INTERVAL", "0.09"],
    ["SCRAPE_INTERVAL", "-5"],
    ["SCRAPE_INTERVAL", "86401"],
    ["SCRAPE_INTERVAL", "60s"],
    ["SCRAPE_INTERVAL", "1e2"],
    ["SCRAPE_INTERVAL", "0x10"],
    ["SCRAPE_INTERVAL", "Infinity"],
    ["SCRAPE_INTERVAL", "NaN"],
    ["SCRAPE_INTERVAL", "٦٠"],
    ["SCRAPE_TIMEOUT", "0"],
    ["SCRAPE_TIMEOUT", "1,5"],
    ["VERIFY_SSL", "maybe"],
    ["VERIFY_SSL", "2"],
    ["CA_FILE", "/etc/\u0000"],
    ["MAX_LABEL_VALUES", "0"],
    ["MAX_LABEL_VALUES", "10.5"],
    ["HOST", "127.0.0.1:8000"],
    ["HOST", "http://localhost"],
    ["HOST", "256.0.0.1"],
    ["HOST", "a..b"],
    ["HOST", "*"],
    ["PORT", "-1"],
    ["PORT", "65536"],
    ["PORT", "80.5"],
    ["PORT", "http"],
    ["DB_RETENTION_DAYS", "0"],
    ["DB_RETENTION_DAYS", "00"],
    ["DB_RETENTION_DAYS", "-2"],
    ["DB_RETENTION_DAYS", "1.5"],
    ["DB_RETENTION_DAYS", "99999999999999999999"],
    ["HISTORY_SIZE", "-1"],
    ["HISTORY_SIZE", "many"],
    ["LOG_LEVEL", "verbose"],
    ["LOG_FORMAT", "xml"],
    ["METRIC_COST", "litellm spend"],
    ["METRIC_COST", "1spend"],
  ])("LITELLM_PULSE_%s=%p is refused with setting, value and what is expected", (name, value) => {
    const env = `LITELLM_PULSE_${name}`;
    const shown = value.replace("\u0000", "\\u{0}");
    expect(messageOf({ env: { [env]: value } })).toBe(`${env} is "${shown}", expected ${expected(env)}`);
  });

  test.each(["API_KEY", "METRICS_API_KEY"])(
    "LITELLM_PULSE_%s that no HTTP header can carry is refused unseen",
    (name) => {
      const env = `LITELLM_PULSE_${name}`;
      expect(messageOf({ env: { [env]: "sk-1\nsk-2" } })).toBe(`${env} is "***", expected ${expected(env)}`);
    },
  );

  test("a retention of 0 is refused with the reason", () => {
    expect(messageOf({ env: { LITELLM_PULSE_DB_RETENTION_DAYS: "0" } })).toBe(
      'LITELLM_PULSE_DB_RETENTION_DAYS is "0", expected a whole number of days from 1 to 36500, or -1 to keep everything; 0 would delete all of it',
    );
  });

  test("a bad flag is named as the flag", () =>
    expect(messageOf({ flags: { port: "x" } })).toBe('--port is "x", expected a whole number from 0 to 65535'));

  test("what is shown of it ends after 80 characters", () =>
    expect(messageOf({ env: { LITELLM_PULSE_PORT: "9".repeat(5000) } })).toContain(`"${"9".repeat(80)}…"`));

  test("it cannot steer a terminal or begin a new line", () => {
    const message = messageOf({ env: { LITELLM_PULSE_LOG_LEVEL: "\u001b[2Jx\r\ny\u202ez\u0085\u2028w" } });
    expect(message).toContain('"\\u{1b}[2Jx\\u{d}\\u{a}y\\u{202e}z\\u{85}\\u{2028}w"');
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

describe("predecessor bug 24", () => {
  test.each([
    ["retention 0 deleted everything each hour", { LITELLM_PULSE_DB_RETENTION_DAYS: "0" }],
    ["a negative retention never deleted, unsaid", { LITELLM_PULSE_DB_RETENTION_DAYS: "-7" }],
    ["an interval of 0 was a hot loop", { LITELLM_PULSE_SCRAPE_INTERVAL: "0" }],
    ["a negative interval was a hot loop", { LITELLM_PULSE_SCRAPE_INTERVAL: "-1" }],
    ["a unit behind a number was a stack trace", { LITELLM_PULSE_SCRAPE_INTERVAL: "60s" }],
  ])("%s: one line now", (_, env) =>
    expect(messageOf({ env })).toMatch(/^LITELLM_PULSE_\w+ is "[^"]*", expected [^\n]+$/),
  );

  test.each([
    ["an empty port", { LITELLM_PULSE_PORT: "" }, { port: 8000 }],
    ["the port that Kubernetes injects", { LITELLM_PULSE_PORT: "tcp://10.0.0.1:8000" }, { port: 8000 }],
    ["verification by 1", { LITELLM_PULSE_VERIFY_SSL: "1" }, { verifySsl: true }],
    ["verification by yes", { LITELLM_PULSE_VERIFY_SSL: "yes" }, { verifySsl: true }],
  ])("%s is understood", (_, env, config) => expect(configOf({ env })).toMatchObject(config));
});

describe("the time zone", () => {
  test("suggests the zone that was probably meant", () =>
    expect(resolved({ flags: { timezone: "America/New York" } }).warnings).toEqual([
      '--timezone is "America/New York", expected an IANA time zone such as America/New_York (did you mean America/New_York?); UTC is used',
    ]));

  test.each(["Mars/Olympus_Mons", "Z", "+02:00", "-05", "UTC+2", "2"])(
    "falls back to UTC with a warning from %p, by variable and by flag",
    (zone) => {
      const expectedWarning = `is "${zone}", expected an IANA time zone such as America/New_York; UTC is used`;
      for (const [given, name] of [
        [{ env: { LITELLM_PULSE_TIMEZONE: zone } }, "LITELLM_PULSE_TIMEZONE"],
        [{ flags: { timezone: zone } }, "--timezone"],
      ] as const) {
        const { config, sources, warnings } = resolved(given);
        expect(config.timezone).toBe("UTC");
        expect(sources.get("timezone")).toBe("default");
        expect(warnings).toEqual([`${name} ${expectedWarning}`]);
      }
    },
  );
});
