import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { SNIPPETS } from "../../lib/snippets/catalogue.ts";
import { runCli } from "./run-cli.ts";

describe("snippet", () => {
  test("prints every part of every snippet on stdout, and nothing else", async () => {
    for (const [name, parts] of SNIPPETS) {
      for (const { name: part } of parts) {
        const { code, out, err } = await runCli(["snippet", name, part]);
        expect([name, part, code, err]).toEqual([name, part, 0, ""]);
        expect(out).toEndWith("\n");
        expect(out).not.toMatch(/undefined|NaN|\[object/);
      }
      expect((await runCli(["snippet", name])).out).toBe((await runCli(["snippet", name, parts[0]?.name ?? ""])).out);
    }
  });

  test("is filled with the settings in force", async () => {
    const set = { PORT: "9123", TIMEZONE: "Europe/Berlin", METRICS_URL: "http://litellm.lan:4000/metrics/" };
    const { out } = await runCli(["snippet", "systemd"], { set });
    expect(out).toContain("LITELLM_PULSE_PORT=9123");
    expect(out).toContain("LITELLM_PULSE_TIMEZONE=Europe/Berlin");
    expect(out).toContain("LITELLM_PULSE_METRICS_URL=http://litellm.lan:4000/metrics/");
    expect((await runCli(["snippet", "grafana"], { set })).out).toContain('"timezone": "Europe/Berlin"');
  });

  test.each([
    [{}, [], `http://${hostname().toLowerCase()}:8000`],
    [{ HOST: "192.168.1.5", PORT: "80" }, [], "http://192.168.1.5:80"],
    [{ HOST: "::1" }, [], "http://[::1]:8000"],
    [{}, ["--url", "https://home.example/pulse/"], "https://home.example/pulse"],
  ])("writes our address as others reach it: %j %j", async (set, flags, url) => {
    const { out } = await runCli(["snippet", "homepage", ...flags], { set });
    expect(out).toContain(`url: "${url}/api/v1/homepage"`);
  });

  test("never prints a secret", async () => {
    const set = {
      API_KEY: "sk-pulse-secret",
      METRICS_API_KEY: "sk-litellm-secret",
      METRICS_URL: "http://admin:hunter2-secret@litellm:4000/metrics/?token=query-secret",
    };
    for (const [name, parts] of SNIPPETS) {
      for (const { name: part } of parts) {
        const { out, err } = await runCli(["snippet", name, part], { set });
        expect([name, part, (out + err).includes("-secret")]).toEqual([name, part, false]);
      }
    }
  });

  test.each([
    [["homepge"], 'The snippet is "homepge", expected one of homepage, homeassistant, compose'],
    [["homepge"], "(did you mean homepage?)"],
    [["prometheus", "rule"], "(did you mean rules?)"],
    [["homepage", "--url", "pulse.lan"], "expected an http or https URL such as http://pulse.lan:8000"],
    [["homepage", "--url", "http://user:word@pulse.lan"], "expected an http or https URL"],
  ])("refuses %j in one line", async (args, message) => {
    const { code, out, err } = await runCli(["snippet", ...args]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).not.toContain("word@");
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("on a terminal says where it goes and what other parts there are", async () => {
    const { err } = await runCli(["snippet", "prometheus"], { terminalColumns: 80 });
    expect(err).toContain("scrape_configs, for prometheus.yml; also: prometheus rules");
  });
});
