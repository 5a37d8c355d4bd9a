/** One state of a sensor as Home Assistant's recorder finds it. */
type SensorState = { readonly value: number; readonly lastReset: string | null };

/** The long-term statistics of one sensor, fed with its states in the order in which they came. */
export type Statistics = {
  push(state: SensorState): void;
  /** What the energy dashboard shows as used in all. */
  sum(): number;
  readonly warnings: readonly string[];
};

/** Below this share of the value before, a `total_increasing` is taken for a new cycle. */
const DIP = 0.9;

/**
 * The arithmetic of `compile_statistics` (Home Assistant core, components/sensor/recorder.py, 2026), written anew: the
 * first value is the zero point; of a `total` a changed `last_reset` begins a cycle at 0, and a fall without one is
 * subtracted; of a `total_increasing` a fall to under nine tenths begins a cycle, a smaller one is a warning.
 */
export function createStatistics(stateClass: string): Statistics {
  const warnings: string[] = [];
  let zero: number | undefined;
  let newest: number | undefined;
  let lastReset: number | undefined;
  let sum = 0;
  const beginCycle = (value: number) => {
    if (zero !== undefined && newest !== undefined) sum += newest - zero;
    zero = zero === undefined ? value : 0;
  };
  return {
    warnings,
    push(state) {
      const reset = state.lastReset === null ? undefined : Date.parse(state.lastReset);
      if (reset !== undefined && Number.isNaN(reset)) warnings.push(`Ignoring invalid last reset ${state.lastReset}`);
      const isNewReset = stateClass !== "total_increasing" && reset !== undefined && reset !== lastReset;
      const hasFallen = newest !== undefined && state.value < newest;
      if (stateClass === "total_increasing" && hasFallen && newest !== undefined && state.value >= DIP * newest) {
        warnings.push(`State is not strictly increasing: ${newest} then ${state.value}`);
      }
      const isDip = stateClass === "total_increasing" && newest !== undefined && state.value < DIP * newest;
      if (zero === undefined || isNewReset || isDip) beginCycle(state.value);
      if (isNewReset) lastReset = reset;
      newest = state.value;
    },
    sum: () => sum + (newest ?? 0) - (zero ?? 0),
  };
}

const STATE_CLASSES = ["measurement", "total", "total_increasing"];

/**
 * What Home Assistant would say against a sensor's classes (sensor/const.py, 2026): money may only be `total` and in an
 * ISO 4217 unit, a timestamp has neither unit nor state class; other device classes need a unit that we never give.
 */
export function classComplaints(sensor: Readonly<Record<string, unknown>>): string[] {
  const { device_class: device, state_class: state, unit_of_measurement: unit } = sensor;
  const complaints: string[] = [];
  const complain = (isWrong: boolean, what: string) => isWrong && complaints.push(what);
  complain(state !== undefined && !STATE_CLASSES.includes(String(state)), `state class ${state}`);
  switch (device) {
    case "monetary":
      complain(state !== undefined && state !== "total", `monetary is ${state}`);
      complain(!/^[A-Z]{3}$/.test(String(unit)), `monetary in ${unit}`);
      break;
    case "timestamp":
      complain(state !== undefined || unit !== undefined, "timestamp with a unit or a state class");
      break;
    case undefined:
      break;
    default:
      complaints.push(`device class ${device}`);
  }
  return complaints;
}
