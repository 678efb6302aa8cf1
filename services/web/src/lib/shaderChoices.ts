/**
 * The enumerations of a shader, by the API's names: the only place in the site where one is declared. Forms, facts,
 * cards, filters and drafts take theirs from this table, in its order.
 */

import type { Schemas } from "../api/client";

interface Choice<Value extends string> {
  /** In the order in which they are offered. */
  readonly labels: Readonly<Record<Value, string>>;
  /** The field of the author's forms. */
  readonly field?: { readonly label: string; readonly initial: Value };
  /** The name of the fact on the shader's page. */
  readonly fact?: string;
  /** Whether cards show it. */
  readonly card?: true;
  /** The filter of Explore; `any` is the option for no choice, `address` its name there if it is not the API's. */
  readonly filter?: { readonly label: string; readonly any: string; readonly address?: string };
}

export const SHADER_CHOICES = {
  ai_label: {
    labels: { human: "By hand", "ai-assisted": "AI-assisted", "ai-generated": "AI-generated" },
    field: { label: "How it was made", initial: "human" },
    fact: "Made",
    card: true,
    filter: { label: "AI label", any: "By hand or AI", address: "ai" },
  } satisfies Choice<Schemas["AiLabel"]>,
  dialect: {
    labels: {
      shadertoy: "Shadertoy",
      "glsl-sandbox": "GLSL Sandbox",
      "book-of-shaders": "Book of Shaders",
      es100: "GLSL ES 1.00",
      es300: "GLSL ES 3.00",
    },
    fact: "Dialect",
    filter: { label: "Dialect", any: "Any dialect" },
  } satisfies Choice<Schemas["Dialect"]>,
  visibility: {
    labels: {
      public: "Public: in the gallery, for everybody",
      unlisted: "Unlisted: for who has the address",
      private: "Private: for you only",
      draft: "Draft: for you only, not finished",
    },
    field: { label: "Who sees it", initial: "public" },
  } satisfies Choice<Schemas["Visibility"]>,
};

type Table = typeof SHADER_CHOICES;
type Place = "field" | "fact" | "card" | "filter";
/** The part of the table that has something for `P`. */
export type ChoicesWith<P extends Place> = {
  readonly [Name in keyof Table as Table[Name] extends Record<P, unknown> ? Name : never]: Table[Name];
};
type Entry<P extends Place> = readonly [keyof ChoicesWith<P>, Choice<string> & Required<Pick<Choice<string>, P>>];

export function choicesWith<P extends Place>(place: P): readonly Entry<P>[] {
  return Object.entries(SHADER_CHOICES).filter(([, choice]) => place in choice) as unknown as Entry<P>[];
}

/** What the author of a shader chooses. */
export type Chosen = { readonly [Name in keyof ChoicesWith<"field">]: keyof Table[Name]["labels"] };

const FIELDS = choicesWith("field");

export const INITIAL_CHOICES = Object.fromEntries(FIELDS.map(([name, { field }]) => [name, field.initial])) as Chosen;

/** Of anything that has them, only the choices. */
export function chosenOf(from: Chosen): Chosen {
  return Object.fromEntries(FIELDS.map(([name]) => [name, from[name]])) as Chosen;
}
