import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { describeConfig } from "../../lib/config/describe.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { type Given, resolve } from "./support.ts";

/** Everything that a user may get to see of a resolution. */
function everythingShown(given: Given): string {
  const result = resolve(given);
  return result.kind === "invalid" ? result.message : JSON.stringify([result.warnings, describeConfig(result)]);
}

/** Long enough that it cannot stand in a message by chance, with whatever a pasted key may hold. */
const secret = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9]{16}$/), fc.string({ unit: "binary", maxLength: 20 }))
  .map(([core, rest]) => ({ core: `q${core}`, text: `q${core}${rest}` }));

const secrets = SETTINGS.filter((setting) => setting.secret);

describe("a secret", () => {
  test.each(secrets.map((setting) => [setting.env, setting] as const))("given as %s is never shown", (_, setting) => {
    fc.assert(
      fc.property(secret, fc.constantFrom("env", "flag", "file", "both"), ({ core, text }, way) => {
        const env = { [setting.env]: text };
        const file = { [`${setting.env}_FILE`]: "/key" };
        const given = {
          env: { env, files: {} },
          flag: { flags: { [setting.key]: text } },
          file: { env: file, files: { "/key": text } },
          both: { env: { ...env, ...file }, files: { "/key": text } },
        }[way];
        expect(everythingShown(given)).not.toContain(core);
      }),
    );
  });

  test("inside a URL is never shown, be the URL good or bad", () => {
    const scheme = fc.constantFrom("http://", "https://", "ftp://", "", "http:/", "http:");
    const password = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(secret, scheme, password, fc.boolean(), ({ core, text }, start, rest, byFlag) => {
        const url = `${start}user:${rest}${text}@litellm:4000/metrics/`;
        const given = byFlag ? { flags: { metricsUrl: url } } : { env: { LITELLM_PULSE_METRICS_URL: url } };
        expect(everythingShown(given)).not.toContain(core);
      }),
    );
  });

  test("under a misspelt name is never shown", () => {
    fc.assert(
      fc.property(secret, ({ core, text }) => {
        expect(everythingShown({ env: { LITELLM_PULSE_METRICS_APIKEY: text } })).not.toContain(core);
      }),
    );
  });

  test("there are five so far: a new one comes under these tests by itself", () =>
    expect(secrets.map((setting) => setting.key)).toEqual([
      "metricsApiKey",
      "apiKey",
      "ledgerUrl",
      "databaseUrl",
      "ingestKey",
    ]));
});
