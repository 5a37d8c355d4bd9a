import { millisecondsOf } from "./wire.ts";

/** A name as SQL writes it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL writes it: COPY takes no parameters. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** A moment as SQL writes it, exact to the microsecond; `micros` count from 2000, as PostgreSQL's own do. */
export function timestampLiteral(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = String(micros - seconds * 1e6).padStart(6, "0");
  const iso = new Date(millisecondsOf(seconds * 1e6)).toISOString().slice(0, 19);
  return `timestamp '${iso.replace("T", " ")}.${fraction}'`;
}
