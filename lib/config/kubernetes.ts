/**
 * Whether a value is the address that Kubernetes puts into `X_PORT` for every Service named `x`: a Service named
 * litellm-pulse gives every pod beside it `LITELLM_PULSE_PORT=tcp://10.0.0.1:8000`.
 */
export function isServiceAddress(env: string, value: string): boolean {
  return env.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//i.test(value.trim());
}

/** Whether a variable is one of those that Kubernetes sets for a Service, whatever follows our prefix. */
export function isServiceVariable(env: string, value: string): boolean {
  return (
    /_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(env) ||
    isServiceAddress(env, value)
  );
}
