import type { Part, Place } from "./place.ts";
import { fileText } from "./yaml.ts";

const STATE = "litellm-pulse";
const DB_PATH = `/var/lib/${STATE}/litellm_pulse.db`;
const ENVIRONMENT_FILE = "/etc/litellm-pulse.env";
const SCRAPE = "litellm-pulse-scrape";

/** A user of its own that may write one folder; a JIT engine needs memory that is written and run, so that stays allowed. */
const HARDENING = [
  "DynamicUser=yes",
  `StateDirectory=${STATE}`,
  "StateDirectoryMode=0750",
  "UMask=0027",
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "ProtectHome=yes",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "ProtectClock=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "ProtectControlGroups=yes",
  "ProtectProc=invisible",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "RestrictNamespaces=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "LockPersonality=yes",
  "CapabilityBoundingSet=",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service",
  "SystemCallErrorNumber=EPERM",
];

/** The service, or a timer that scrapes from time to time. */
export const SYSTEMD: readonly Part[] = [
  {
    name: "service",
    help: "the service, for /etc/systemd/system/litellm-pulse.service",
    text: (place) =>
      unit("LiteLLM Pulse: what LiteLLM spends", place, [
        "Type=exec",
        `ExecStart=${word(place.program)} serve`,
        "Restart=on-failure",
        "RestartSec=5",
      ]).concat("\n[Install]\nWantedBy=multi-user.target\n"),
  },
  {
    name: "scrape",
    help: `one scrape, for /etc/systemd/system/${SCRAPE}.service`,
    text: (place) =>
      unit("LiteLLM Pulse: scrape LiteLLM once", place, [
        "Type=oneshot",
        `ExecStart=${word(place.program)} scrape-once`,
      ]),
  },
  {
    name: "timer",
    help: `when to scrape, for /etc/systemd/system/${SCRAPE}.timer`,
    text: ({ scrapeIntervalSeconds }) =>
      fileText(
        [],
        [
          "[Unit]",
          "Description=LiteLLM Pulse: scrape LiteLLM from time to time",
          "",
          "[Timer]",
          "OnBootSec=10s",
          `OnUnitActiveSec=${Math.max(1, Math.round(scrapeIntervalSeconds))}s`,
          "AccuracySec=1s",
          "",
          "[Install]",
          "WantedBy=timers.target",
        ],
      ),
  },
];

function unit(description: string, place: Place, run: readonly string[]): string {
  const settings = [
    ["LITELLM_PULSE_METRICS_URL", place.metricsUrl],
    ["LITELLM_PULSE_SCRAPE_INTERVAL", String(place.scrapeIntervalSeconds)],
    ["LITELLM_PULSE_PORT", String(place.port)],
    ...(place.basePath === "" ? [] : [["LITELLM_PULSE_BASE_PATH", place.basePath]]),
    ["LITELLM_PULSE_TIMEZONE", place.timezone],
    ["LITELLM_PULSE_DB_PATH", DB_PATH],
  ];
  return fileText(
    [`Keys and other settings go into ${ENVIRONMENT_FILE} (mode 0600), one NAME=value a line`],
    [
      "[Unit]",
      `Description=${description}`,
      "Wants=network-online.target",
      "After=network-online.target",
      "",
      "[Service]",
      ...run,
      ...settings.map(([name, text]) => `Environment=${word(`${name}=${text}`)}`),
      `EnvironmentFile=-${ENVIRONMENT_FILE}`,
      ...HARDENING,
    ],
  );
}

/** A word of a unit file: in quotes, with systemd's own marks doubled. */
function word(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return /[\s"'\\]/.test(text) ? `"${escaped}"` : escaped;
}
