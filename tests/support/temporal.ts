/** Zones in which something is odd: no midnight, two midnights, quarters of an hour, half an hour, no change, far away. */
export const ODD_ZONES = [
  "UTC",
  "America/New_York",
  "America/Santiago",
  "America/Havana",
  "America/St_Johns",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Atlantic/Azores",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
] as const;

/** A civil day as Temporal has it, in the shape of the product's; months count from 1. */
export function temporalDay(zone: string, year: number, month: number, day: number) {
  const date = new Temporal.PlainDate(year, month, day);
  return {
    day: year * 10_000 + month * 100 + day,
    start: startOf(date, zone),
    end: startOf(date.add({ days: 1 }), zone),
  };
}

/** The first instant of a date in a zone, in UTC milliseconds. */
export function startOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}

/** The instants at which the clocks of a zone change. */
export function clockChanges(zone: string, from: number, to: number): number[] {
  const changes: number[] = [];
  for (let at = from; ; ) {
    const next = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).getTimeZoneTransition("next");
    if (!next || next.epochMilliseconds >= to) return changes;
    at = next.epochMilliseconds;
    changes.push(at);
  }
}
