import {
  type FetchDeps,
  fetchPage,
  type PageHead,
  type PageResult,
  type PageTarget,
} from "../../lib/scrape/fetch/fetch-page.ts";

/**
 * Servers that speak bytes: what no well-behaved server would send. All listen on loopback, on a port of the system's
 * choice, and stop when they are disposed of.
 */

/** What happens when all parts are sent: the connection is closed, reset, or held open without another byte. */
export type Ending = "close" | "reset" | "hold";

type RawServer = Disposable & { readonly url: string; readonly port: number; readonly requests: string[] };

/** Answers each first piece of a request with `parts`, one write each, then does as `ending` says. */
export function rawServer(parts: readonly (string | Uint8Array)[], ending: Ending = "close"): RawServer {
  const requests: string[] = [];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, request) {
        requests.push(request.toString());
        for (const part of parts) socket.write(part);
        socket.flush();
        if (ending === "close") socket.end();
        if (ending === "reset") socket.terminate();
      },
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}/metrics/`,
    port: listener.port,
    requests,
    [Symbol.dispose]: () => listener.stop(true),
  };
}

/** Sends `head`, then `drop` every few milliseconds for as long as the client listens. */
export function drippingServer(head: string, drop: string): RawServer {
  const requests: string[] = [];
  const timers = new Set<Timer>();
  const listener = Bun.listen<Timer | undefined>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, request) {
        requests.push(request.toString());
        socket.write(head);
        socket.data = setInterval(() => socket.write(drop), 5);
        timers.add(socket.data);
      },
      close(socket) {
        clearInterval(socket.data);
      },
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}/metrics/`,
    port: listener.port,
    requests,
    [Symbol.dispose]: () => {
      for (const timer of timers) clearInterval(timer);
      listener.stop(true);
    },
  };
}

/** A port on loopback on which nothing listens. */
export function closedPort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  listener.stop(true);
  return listener.port;
}

/** One chunk of a chunked body. */
export function chunk(bytes: string | Uint8Array): Uint8Array {
  const content = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from("\r\n")]);
}

/** What a scrape gave: its result, the text that the sink got, and the heads it was called with. */
type Scraped = { readonly result: PageResult; readonly text: string; readonly heads: readonly PageHead[] };

/** Scrapes with a sink that keeps everything, for at most five seconds. */
export async function scrape(
  url: string,
  target: Partial<PageTarget> = {},
  deps: Partial<FetchDeps> = {},
): Promise<Scraped> {
  const heads: PageHead[] = [];
  const chunks: Uint8Array[] = [];
  const result = await fetchPage(
    { url, verifySsl: true, timeoutMs: 5000, ...target },
    {
      now: () => 1_700_000_000_000,
      version: "0.0.0-test",
      onHead: (head) => {
        heads.push(head);
        return (chunk) => chunks.push(chunk);
      },
      ...deps,
    },
  );
  return { result, text: Buffer.concat(chunks).toString(), heads };
}

/** The failure of a scrape, as one text with its reason in front; `ok` if there was none. */
export function failureText(result: PageResult): string {
  if (result.kind === "ok") return "ok";
  const { reason, message, hint } = result.failure;
  return `${reason}: ${message}${hint === undefined ? "" : ` | ${hint}`}`;
}

/** The key of all certificates here: made for these tests, worth nothing. */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxaVC46zUY8M8ltGW
O3MhX9TIRPop0Gl76wIiqgePeHWhRANCAATecC+hZ3RIHiqfb9MN2hsNwDk9lWif
4wTy0kVhCrZp28jeW6uJzwySB2jDbYxCsC95RUDHlaYgU5oD2txE28PY
-----END PRIVATE KEY-----
`;

/** Self-signed for localhost and 127.0.0.1, 2020 to 2119. */
export const LOCAL_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBbzCCARSgAwIBAgIIQ4XaKqSkZgYwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJ
bG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAUMRIw
EAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATecC+h
Z3RIHiqfb9MN2hsNwDk9lWif4wTy0kVhCrZp28jeW6uJzwySB2jDbYxCsC95RUDH
laYgU5oD2txE28PYo04wTDAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDwYD
VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUIU1YXc7pOvuWOCak81TYngJfvjYwCgYI
KoZIzj0EAwIDSQAwRgIhAOS//NV46vcLp1qOp0YnNRRIoZAX8m+pvrDVIZ4UiAZq
AiEA4vBeDbfEzyMAUHK0DhNDsC9mIc4WkmgmCgmP8Qw8f4A=
-----END CERTIFICATE-----
`;

/** Self-signed for elsewhere.example, 2020 to 2119. */
export const ELSEWHERE_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfzCCASagAwIBAgIIJ4pPj2IrZXUwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwR
ZWxzZXdoZXJlLmV4YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAw
MDBaMBwxGjAYBgNVBAMMEWVsc2V3aGVyZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAE3nAvoWd0SB4qn2/TDdobDcA5PZVon+ME8tJFYQq2advI3lur
ic8Mkgdow22MQrAveUVAx5WmIFOaA9rcRNvD2KNQME4wHAYDVR0RBBUwE4IRZWxz
ZXdoZXJlLmV4YW1wbGUwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUIU1YXc7p
OvuWOCak81TYngJfvjYwCgYIKoZIzj0EAwIDRwAwRAIgTvRPTOHWj/Pc2o5EafSF
m/VqkJsYjtXXS6ou0kkq01oCICBn6xeqy8rPwZXPkBv9IDSxiKjC5dQkYtgbj+kR
R8IQ
-----END CERTIFICATE-----
`;

/** Self-signed for localhost and 127.0.0.1, valid in January 2020 only. */
export const EXPIRED_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBbTCCAROgAwIBAgIJANSkbEf0WxuSMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDAeFw0yMDAxMDEwMDAwMDBaFw0yMDAyMDEwMDAwMDBaMBQxEjAQ
BgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN5wL6Fn
dEgeKp9v0w3aGw3AOT2VaJ/jBPLSRWEKtmnbyN5bq4nPDJIHaMNtjEKwL3lFQMeV
piBTmgPa3ETbw9ijTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNV
HRMBAf8EBTADAQH/MB0GA1UdDgQWBBQhTVhdzuk6+5Y4JqTzVNieAl++NjAKBggq
hkjOPQQDAgNIADBFAiBWoQPCue/Wxtlo68DlcN5+ppCeKHFkEjFDWCXRk96fKwIh
AIjqsOApyZJ0h2cccLhopHcCTKfJYl390AK1Cdq4ml/M
-----END CERTIFICATE-----
`;

/** Self-signed for localhost and 127.0.0.1, valid in 2119 only. */
export const FUTURE_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBcTCCARegAwIBAgIJAIJ1wvT7Hc8wMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDAiGA8yMTE5MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAU
MRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATe
cC+hZ3RIHiqfb9MN2hsNwDk9lWif4wTy0kVhCrZp28jeW6uJzwySB2jDbYxCsC95
RUDHlaYgU5oD2txE28PYo04wTDAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEw
DwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUIU1YXc7pOvuWOCak81TYngJfvjYw
CgYIKoZIzj0EAwIDSAAwRQIhAIjF9ggDHFMuiFqbc8ZC58825IlYqEKIOz6goy0b
OVRQAiAzS+KQTO7xDjc6hTKqPu3GiTd6h28A+E9X4rJqee6Htw==
-----END CERTIFICATE-----
`;
