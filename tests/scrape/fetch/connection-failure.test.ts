import { describe, expect, test } from "bun:test";
import {
  closedPort,
  ELSEWHERE_CERTIFICATE,
  EXPIRED_CERTIFICATE,
  FUTURE_CERTIFICATE,
  failureText,
  LOCAL_CERTIFICATE,
  rawServer,
  scrape,
  TEST_KEY,
} from "../../support/raw-server.ts";

const KEY = "sk-never-shown";

describe("a target that cannot be reached", () => {
  test("where nothing listens, says so and thinks of containers", async () => {
    const { result, heads } = await scrape(`http://bob:hunter2@127.0.0.1:${closedPort()}/metrics/?token=abcdef`, {
      apiKey: KEY,
    });
    const text = failureText(result);
    expect(text).toStartWith("unreachable: GET http://127.0.0.1:");
    expect(text).toContain("refused");
    expect(text).toContain("LITELLM_PULSE_METRICS_URL");
    expect(text).toContain("In a container, 127.0.0.1 is the container itself");
    for (const secret of [KEY, "hunter2", "abcdef"]) expect(text).not.toContain(secret);
    expect(heads).toEqual([]);
  });

  test("whose name is not known, names the setting", async () => {
    const tooLongForAName = `http://${"a".repeat(64)}.invalid/`; // refused by the resolver itself, without a network
    const { result } = await scrape(tooLongForAName, { apiKey: KEY });
    expect(failureText(result)).toBe(
      `unreachable: GET ${tooLongForAName} failed: the host name is not known | Check the host name in LITELLM_PULSE_METRICS_URL`,
    );
  });

  test.each([
    ["closes without a word", [], "closed before an answer came | If that port speaks TLS, use https://"],
    ["breaks off within the head", ["HTTP/1.1 200 OK\r\nConte"], "closed before an answer came"],
    ["speaks another protocol", ["SSH-2.0-OpenSSH_9.2\r\n"], "what answers there does not speak HTTP"],
  ] as const)("that %s, says so", async (_what, answer, said) => {
    using server = rawServer(answer);
    const text = failureText((await scrape(server.url, { apiKey: KEY })).result);
    expect(text).toStartWith(`unreachable: GET ${server.url} failed: `);
    expect(text).toContain(said);
    expect(text).not.toContain(KEY);
  });

  test.each([
    "",
    "   ",
    "litellm",
    "litellm:4000/metrics",
    "file:///etc/passwd",
    "ftp://bob:hunter2@litellm/",
    "http://bob:hunter2@lite llm/",
  ])("because %p is no web address, is not tried", async (url) => {
    const fetch = Object.assign(() => Promise.reject(new Error("must not be called")), { preconnect() {} });
    const text = failureText((await scrape(url, { apiKey: KEY }, { fetch })).result);
    expect(text).toStartWith("unreachable: ");
    expect(text).toContain("is not an http or https address | LITELLM_PULSE_METRICS_URL looks like http://");
    expect(text).not.toContain("hunter2");
  });

  test("because no header can carry the key, is not tried", async () => {
    using server = rawServer(["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]);
    for (const apiKey of ["sk-line\r\nX-Evil: 1", "sk-ключ"]) {
      const text = failureText((await scrape(server.url, { apiKey })).result);
      expect(text).toStartWith("unauthorized: ");
      expect(text).toContain("LITELLM_PULSE_METRICS_API_KEY");
      expect(text).not.toContain("sk-");
    }
    expect(server.requests).toEqual([]);
  });
});

describe("errors that fetch may throw", () => {
  const thrown = (code: string | undefined, message: string) => {
    const error = Object.assign(new TypeError(message), code === undefined ? {} : { code });
    return Object.assign(() => Promise.reject(error), { preconnect() {} });
  };

  test.each([
    ["EAI_AGAIN", "unreachable: ", "the name server did not answer"],
    ["EHOSTUNREACH", "unreachable: ", "no route to the host"],
    ["ENETUNREACH", "unreachable: ", "no route to its network"],
    ["ETIMEDOUT", "unreachable: ", "timed out"],
    ["EMFILE", "unreachable: ", "too many files and connections open"],
    ["FailedToOpenSocket", "unreachable: ", "no connection could be opened"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls: ", "the certificate's authority is not known"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls: ", "unknown authority"],
    ["CERT_REVOKED", "tls: ", "some words (CERT_REVOKED)"],
    ["SOMETHING_NEW", "unreachable: ", "some words"],
    [undefined, "unreachable: ", "some words"],
  ] as const)("have a meaning: %p", async (code, reason, said) => {
    const fetch = thrown(
      code,
      "some words. For more information, pass `verbose: true` in the second argument to fetch()",
    );
    const text = failureText((await scrape("https://litellm/metrics/", {}, { fetch })).result);
    expect(text).toStartWith(reason);
    expect(text).toContain(said);
    expect(text).not.toContain("verbose");
  });

  test("are quoted without the key and the password, on one line", async () => {
    const fetch = thrown("ODD", `odd\n${KEY} ${encodeURIComponent("hunter/2")} hunter/2`);
    const { result } = await scrape("https://bob:hunter%2F2@litellm/", { apiKey: KEY }, { fetch });
    expect(failureText(result)).toBe(
      "unreachable: GET https://litellm/ failed: odd *** *** *** | Check LITELLM_PULSE_METRICS_URL",
    );
  });

  test("may be no errors at all", async () => {
    const fetch = Object.assign(() => Promise.reject(`no ${KEY}`), { preconnect() {} });
    expect(failureText((await scrape("http://litellm/", { apiKey: KEY }, { fetch })).result)).toContain(
      "failed: no ***",
    );
  });
});

describe("TLS that is not trusted", () => {
  test.each([
    ["self-signed", LOCAL_CERTIFICATE, undefined, "the certificate is self-signed", "LITELLM_PULSE_CA_FILE"],
    [
      "of another authority than the named one",
      LOCAL_CERTIFICATE,
      ELSEWHERE_CERTIFICATE,
      "the certificate is self-signed",
      "does not hold",
    ],
    ["expired", EXPIRED_CERTIFICATE, EXPIRED_CERTIFICATE, "the certificate has expired", "LITELLM_PULSE_CA_FILE"],
    ["not valid yet", FUTURE_CERTIFICATE, FUTURE_CERTIFICATE, "the certificate is not valid yet", "clocks"],
    [
      "for another host",
      ELSEWHERE_CERTIFICATE,
      ELSEWHERE_CERTIFICATE,
      "made out to another host name",
      "LITELLM_PULSE_CA_FILE",
    ],
    ["with a CA file that is none", LOCAL_CERTIFICATE, "no certificate", "cannot be read", "PEM"],
  ] as const)("is a failure with the settings that help: %s", async (_what, cert, ca, said, hint) => {
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { key: TEST_KEY, cert },
      fetch: () => new Response("a 1\n"),
    });
    const url = `https://localhost:${server.port}/metrics/`;
    const text = failureText((await scrape(url, { apiKey: KEY, ca })).result);
    expect(text).toStartWith(`tls: GET ${url} failed: `);
    for (const part of [said, hint, "LITELLM_PULSE_CA_FILE", "LITELLM_PULSE_VERIFY_SSL=false"])
      expect(text).toContain(part);
    expect(text).not.toContain(KEY);
    expect((await scrape(url, { verifySsl: false })).text).toBe("a 1\n");
  });

  test("is a failure of its own where the port speaks plain HTTP", async () => {
    using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("a 1\n") });
    const text = failureText((await scrape(`https://127.0.0.1:${server.port}/`)).result);
    expect(text).toStartWith("tls: ");
    expect(text).toContain("use http:// in LITELLM_PULSE_METRICS_URL");
  });
});
