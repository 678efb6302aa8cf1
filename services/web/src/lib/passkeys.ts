/** Passkeys, as the browser makes and uses them; the options come from the API as they are. */

import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from "@simplewebauthn/browser";
import { formErrorsOf } from "./formErrors";

type Json = Record<string, unknown>;

export const hasPasskeys = browserSupportsWebAuthn;
export const hasPasskeyAutofill = browserSupportsWebAuthnAutofill;

export async function makePasskey(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  return (await startRegistration({ optionsJSON })) as unknown as Json;
}

/** With `autofill` it waits, without a dialog, until one is chosen among the browser's suggestions for a field. */
export async function askForPasskey(options: Json, autofill = false): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return (await startAuthentication({ optionsJSON, useBrowserAutofill: autofill })) as unknown as Json;
}

/** Ends what waits for a passkey. */
export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony();
}

const MESSAGES: Readonly<Record<string, string>> = {
  NotAllowedError: "No passkey was given. Try again, or take another way.",
  AbortError: "No passkey was given. Try again, or take another way.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys work only at the site's own address.",
};

/** What went wrong, in the browser or in the API. */
export function passkeyMessage(error: unknown): string | null {
  const known = error instanceof Error ? MESSAGES[error.name] : undefined;
  return known ?? formErrorsOf(error, {}).rest;
}
