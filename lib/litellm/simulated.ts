/** The path of a simulated LiteLLM's page in `demo`: it marks the target, and with it every answer, as made up. */
export const SIMULATED_PATH = "/metrics/made-up-for-demo/";

/** Whether numbers from this address are made up. */
export function isSimulatedUrl(url: string): boolean {
  return `${url}/`.includes(SIMULATED_PATH);
}
