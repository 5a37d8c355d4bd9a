// OpenMetrics is taken but not named: prometheus_client sends it to all who name it, whatever the order and the weights
const ACCEPT = "text/plain; version=0.0.4, */*; q=0.1";

/** What goes with a request to prove who asks. `none` also when it was dropped on the way to another origin. */
export type Authorization =
  | { readonly kind: "none" }
  | { readonly kind: "key"; readonly header: string }
  | { readonly kind: "password"; readonly header: string };

/** The settings of a target that shape its requests. */
export type RequestSettings = {
  readonly verifySsl: boolean;
  readonly ca?: string | undefined;
  readonly version: string;
};

/** Whether a URL's host is this machine by its name: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/\.$/, "");
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** An API key as it is sent: without blanks around it and without a `Bearer` in front; undefined if nothing is left. */
export function cleanKey(apiKey: string | undefined): string | undefined {
  const key = (apiKey ?? "").trim().replace(/^Bearer\s+/i, "");
  return key === "" ? undefined : key;
}

/** Whether a header can carry the key: printable ASCII only. */
export function isSendable(key: string): boolean {
  return /^[\x20-\x7e]+$/.test(key);
}

/** The key as Bearer, else the URL's user name and password as Basic (UTF-8, RFC 7617), else nothing. */
export function authorizationFor(url: URL, key: string | undefined): Authorization {
  if (key !== undefined) return { kind: "key", header: `Bearer ${key}` };
  if (url.username === "" && url.password === "") return { kind: "none" };
  return { kind: "password", header: `Basic ${Buffer.from(credentials(url).join(":")).toString("base64")}` };
}

/** User name and password of a URL, percent-decoded; as they stand where they cannot be decoded. */
export function credentials(url: URL): [user: string, password: string] {
  return [decode(url.username), decode(url.password)];
}

/** The same URL without user name, password and fragment: what is requested. */
export function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  bare.hash = "";
  return bare;
}

/**
 * Bun's fetch options for one hop. `decompress` is off because Bun's own unpacking writes a line to stderr when a stream
 * is broken and takes an empty gzip body for a good one; `keepalive` is off because a pooled connection may be closed
 * by LiteLLM (uvicorn: after 5 s) in the moment it is used again; `timeout` is for idle sockets, the signal is ours for all;
 * this machine is never asked through a proxy.
 */
export function requestInit(
  url: URL,
  authorization: Authorization,
  settings: RequestSettings,
  signal: AbortSignal,
): BunFetchRequestInit {
  const local = isLoopback(url);
  return {
    headers: {
      accept: ACCEPT,
      "accept-encoding": local ? "identity" : "gzip",
      "user-agent": `litellm-pulse/${settings.version}`,
      ...(authorization.kind === "none" ? {} : { authorization: authorization.header }),
    },
    signal,
    redirect: "manual",
    keepalive: false,
    decompress: false,
    timeout: false,
    ...(local ? { proxy: false } : {}),
    ...(settings.verifySsl
      ? settings.ca === undefined
        ? {}
        : { tls: { ca: settings.ca } }
      : { tls: { rejectUnauthorized: false } }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign was meant as one
  }
}
