import { byId } from "./dom.ts";

const STORED = "litellm-pulse-theme";
const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const LABELS: { readonly [T in Theme]: string } = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" };

/** Lets the button go through the themes; `onChange` is called when colors may have changed. */
export function startTheme(onChange: () => void): void {
  let theme = THEMES.find((name) => name === localStorage.getItem(STORED)) ?? "auto";
  const button = byId("theme");
  const show = (): void => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    button.textContent = LABELS[theme];
    button.setAttribute("aria-label", `Colors: ${theme}`);
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    localStorage.setItem(STORED, theme);
    show();
    onChange();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onChange);
  show();
}
