import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "server";

/** Whether serve answers, or could listen. */
export function checkServer({ server }: Facts): Finding[] {
  switch (server.kind) {
    case "any":
      return [];
    case "nothing":
      return [
        {
          about,
          level: "note",
          message: `No litellm-pulse serve answers at ${server.url}`,
          hint: "litellm-pulse serve starts it",
        },
      ];
    case "stranger":
      return [
        {
          about,
          level: "problem",
          exit: "usage",
          message: `Another program answers at ${server.url}`,
          hint: "Set LITELLM_PULSE_PORT to a port that is free",
        },
      ];
    case "ours": {
      const { url, status, reason } = server;
      const because = reason === undefined ? "" : `: ${reason}`;
      const message = `litellm-pulse serve answers at ${url} and says ${status}${because}`;
      return [{ about, level: status === "ok" ? "ok" : "note", message }];
    }
    default:
      return server satisfies never;
  }
}
