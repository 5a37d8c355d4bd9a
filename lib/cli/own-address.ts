/** The address by which this machine reaches a server that listens on `host`. */
export function ownAddress(host: string, port: number): string {
  return `http://${addressOf(host)}:${port}`;
}

function addressOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
