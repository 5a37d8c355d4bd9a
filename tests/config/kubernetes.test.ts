import { describe, expect, test } from "bun:test";
import { messageOf, resolved } from "./support.ts";

/** What every pod gets beside a Service named litellm-pulse, and one named litellm-pulse-metrics. */
const SERVICE_LINKS = {
  LITELLM_PULSE_SERVICE_HOST: "10.0.0.1",
  LITELLM_PULSE_SERVICE_PORT: "8000",
  LITELLM_PULSE_SERVICE_PORT_HTTP: "8000",
  LITELLM_PULSE_PORT_8000_TCP: "tcp://10.0.0.1:8000",
  LITELLM_PULSE_PORT_8000_TCP_PROTO: "tcp",
  LITELLM_PULSE_PORT_8000_TCP_PORT: "8000",
  LITELLM_PULSE_PORT_8000_TCP_ADDR: "10.0.0.1",
  LITELLM_PULSE_PORT_53_UDP: "udp://10.0.0.1:53",
  LITELLM_PULSE_METRICS_SERVICE_HOST: "10.0.0.2",
  LITELLM_PULSE_METRICS_PORT: "tcp://10.0.0.2:9090",
  LITELLM_PULSE_METRICS_PORT_9090_TCP_ADDR: "10.0.0.2",
};

describe("in Kubernetes", () => {
  test("the variables of Services are passed over in silence", () => {
    const { config, warnings } = resolved({ env: SERVICE_LINKS });
    expect(config.port).toBe(8000);
    expect(warnings).toEqual([]);
  });

  test.each(["tcp://10.0.0.1:8000", "udp://10.0.0.1:8000", "TCP://[fd00::1]:8000", " tcp://10.0.0.1:8000 "])(
    "LITELLM_PULSE_PORT=%p is ignored with a warning",
    (address) => {
      const { config, sources, warnings } = resolved({ env: { ...SERVICE_LINKS, LITELLM_PULSE_PORT: address } });
      expect(config.port).toBe(8000);
      expect(sources.get("port")).toBe("default");
      expect(warnings).toEqual([
        `LITELLM_PULSE_PORT is "${address.trim()}", the address of a Kubernetes Service, and is ignored: 8000 is used, set LITELLM_PULSE_PORT in the pod to choose`,
      ]);
    },
  );

  test("a port given by flag needs no warning", () => {
    const { config, warnings } = resolved({
      flags: { port: "9000" },
      env: { LITELLM_PULSE_PORT: "tcp://10.0.0.1:8000" },
    });
    expect(config.port).toBe(9000);
    expect(warnings).toEqual([]);
  });

  test("an address given by flag is refused, since nobody injects flags", () =>
    expect(messageOf({ flags: { port: "tcp://10.0.0.1:8000" } })).toStartWith(
      '--port is "tcp://10.0.0.1:8000", expected',
    ));

  test("an address of another kind is refused", () =>
    expect(messageOf({ env: { LITELLM_PULSE_PORT: "http://10.0.0.1:8000" } })).toStartWith("LITELLM_PULSE_PORT is"));
});
