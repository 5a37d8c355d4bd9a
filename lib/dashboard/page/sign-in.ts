import { byId, el, replace } from "./dom.ts";

/** Shows the form that asks for the key, once; `wasWrong` says that one was given and not taken. */
export function showSignIn(wasWrong: boolean, onKey: (key: string) => void): void {
  const place = byId("sign-in");
  place.hidden = false;
  const problem = wasWrong ? "This key was not accepted" : "";
  const shown = place.querySelector("[data-problem]");
  if (shown) {
    shown.textContent = problem;
    return;
  }
  const input = el("input", {
    type: "password",
    autocomplete: "current-password",
    required: true,
    spellcheck: "false",
  });
  const form = el(
    "form",
    { class: "panel sign-in" },
    el("h2", {}, "This server asks for its key"),
    el("p", { class: "fact" }, "It is the value of LITELLM_PULSE_API_KEY. It stays in this tab and goes with it."),
    // Tells a password manager what the key belongs to.
    el("input", {
      class: "hidden",
      autocomplete: "username",
      value: "litellm-pulse",
      readonly: true,
      tabindex: -1,
      "aria-hidden": "true",
    }),
    el("label", {}, "Key", input),
    el("p", { class: "fact", role: "alert", "data-problem": true }, problem),
    el("button", { class: "main" }, "Sign in"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim() !== "") onKey(input.value.trim());
  });
  replace(place, form);
  input.focus();
}

/** Takes the form away. */
export function hideSignIn(): void {
  const place = byId("sign-in");
  place.hidden = true;
  place.replaceChildren();
}
