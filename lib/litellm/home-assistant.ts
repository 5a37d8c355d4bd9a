import { COUNTERS, type CounterName, METRICS } from "./metrics.ts";

/** How Home Assistant is to take a sensor; each pair of classes is one that its recorder accepts without a warning. */
export type SensorClasses = {
  readonly unit_of_measurement: string;
  /** Absent where Home Assistant knows no class for the unit: `duration` or `data_size` would be refused. */
  readonly device_class?: "monetary";
  readonly state_class: "total" | "total_increasing" | "measurement";
};

/** ISO 4217: `monetary` refuses signs such as `$`. */
const CURRENCY = "USD";

/**
 * The classes of a counter (Home Assistant 2026, sensor `DEVICE_CLASS_STATE_CLASSES`): money may only be `total`; what
 * begins anew with a day, week or month is `total` with `last_reset`; a count that never falls is `total_increasing`.
 */
export function sensorClasses(counter: CounterName, isLifetime: boolean): SensorClasses {
  const unit = METRICS.find(({ name }) => name === counter)?.unit ?? "requests";
  if (unit === "usd") return { unit_of_measurement: CURRENCY, device_class: "monetary", state_class: "total" };
  return { unit_of_measurement: unit, state_class: isLifetime ? "total_increasing" : "total" };
}

/** The classes of every counter, for windows and for the lifetime. */
export function allSensorClasses(isLifetime: boolean): Readonly<Record<string, SensorClasses>> {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, sensorClasses(counter, isLifetime)]));
}
