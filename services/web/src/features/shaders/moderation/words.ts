/** What is said of reports and decisions. */

import type { Schemas } from "../../../api/client";
import type { Choice } from "./DecideForm";
import type { Action } from "./decide";

/** Why somebody reports it. */
export const REASONS: Record<Schemas["ReportReason"], string> = {
  spam: "Spam or advertising",
  copyright: "Somebody else's work, without their licence",
  hate: "Hatred against people",
  sexual: "Sexual",
  harmful: "Harmful, such as flashing that can cause seizures",
  other: "Something else",
};

export const DECIDED: Record<Action, string> = {
  keep: "Shown",
  hide: "Hidden",
  suspend: "Hidden, and its author suspended",
};

/** What lets others see a shader that awaits review. */
export const PUBLISH: Choice = { action: "keep", label: "Publish", variant: "main", unsaid: "Welcome" };
