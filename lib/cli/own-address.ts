import type { Config } from "../config/resolve.ts";

/** The address by which this machine reaches the server of some settings, with the path that it is served under. */
export function ownAddress({ host, port, basePath }: Pick<Config, "host" | "port" | "basePath">): string {
  return `http://${addressOf(host)}:${port}${basePath}`;
}

function addressOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
