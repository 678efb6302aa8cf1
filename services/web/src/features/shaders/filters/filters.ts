/**
 * The filters of Explore, as the address has them: a filter that it does not name is off, a value that is unknown is
 * left out. A filter with a few values is one entry of CHOICES, or of lib/shaderChoices.ts for an enumeration of shaders,
 * and nothing else.
 */

import type { components, paths } from "../../../api/schema";
import { LICENCE_LABELS } from "../../../lib/licences";
import { type ChoicesWith, choicesWith } from "../../../lib/shaderChoices";
import { plainTag } from "../../../lib/tags";

export type Sort = components["schemas"]["Sort"];
type Query = NonNullable<paths["/api/v1/shaders"]["get"]["parameters"]["query"]>;

interface ChoiceFilter {
  readonly labels: Readonly<Record<string, string>>;
  /** `any` is the option for no choice, `address` its name there if it is not the API's. */
  readonly filter: { readonly label: string; readonly any: string; readonly address?: string };
}

export const PERIODS = { day: "Today", week: "This week", month: "This month", year: "This year" } as const;

const { dialect, ...others } = Object.fromEntries(choicesWith("filter")) as ChoicesWith<"filter">;

/** By the API's names of the parameters, in the order in which they are shown. */
export const CHOICES = {
  period: { labels: PERIODS, filter: { label: "Time", any: "Any time" } },
  dialect,
  licence: { labels: LICENCE_LABELS, filter: { label: "Licence", any: "Any licence" } },
  ...others,
} satisfies Partial<Record<keyof Query, ChoiceFilter>>;

export type ChoiceName = keyof typeof CHOICES;
export const CHOICE_NAMES = Object.keys(CHOICES) as ChoiceName[];

type Chosen = { readonly [Name in ChoiceName]: keyof (typeof CHOICES)[Name]["labels"] | "" };

export interface Filters extends Chosen {
  readonly q: string;
  readonly tags: readonly string[];
  readonly author: string;
  /** Empty for the API's default: relevance where there are words, else hot. */
  readonly sort: Sort | "";
}

export const SORTS: Record<Sort, string> = {
  relevance: "Best match",
  hot: "Trending",
  new: "Newest",
  old: "Oldest",
  top: "Most votes",
};

export const NO_FILTERS: Filters = { q: "", tags: [], author: "", ...choices(() => ""), sort: "" };

const MOST_TAGS = 8;
const LONGEST_TEXT = 200;

/** A value for each choice. */
function choices(chosen: (name: ChoiceName) => string): Chosen {
  return Object.fromEntries(CHOICE_NAMES.map((name) => [name, chosen(name)])) as Chosen;
}

export function readFilters(address: URLSearchParams): Filters {
  const q = (address.get("q") ?? "").slice(0, LONGEST_TEXT);
  const sort = oneOf(address.get("sort"), SORTS);
  return {
    q,
    tags: [...new Set(address.getAll("tag").map(plainTag).filter(Boolean))].slice(0, MOST_TAGS),
    author: plainHandle(address.get("author") ?? ""),
    ...choices((name) => oneOf(address.get(inAddress(name)), CHOICES[name].labels)),
    sort: sort === "relevance" && q.trim() === "" ? "" : sort,
  };
}

export function writeFilters(filters: Filters): URLSearchParams {
  const address = new URLSearchParams();
  if (filters.q.trim()) address.set("q", filters.q);
  for (const tag of filters.tags) address.append("tag", tag);
  if (filters.author) address.set("author", filters.author);
  for (const name of CHOICE_NAMES) {
    if (filters[name]) address.set(inAddress(name), filters[name]);
  }
  if (filters.sort) address.set("sort", filters.sort);
  return address;
}

function inAddress(name: ChoiceName): string {
  const { filter }: ChoiceFilter = CHOICES[name];
  return filter.address ?? name;
}

export function exploreAddress(filters: Partial<Filters>): string {
  const address = writeFilters({ ...NO_FILTERS, ...filters }).toString();
  return address ? `/explore?${address}` : "/explore";
}

/** The API's parameters; empty ones are left out. */
export function asQuery({ q, tags, author, sort, ...chosen }: Filters): Query {
  return {
    ...(q.trim() && { q: q.trim() }),
    ...(tags.length > 0 && { tag: [...tags] }),
    ...(author && { author }),
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value)),
    ...(sort && { sort }),
  };
}

export interface Active {
  readonly label: string;
  readonly without: Filters;
}

/** The labels of the filters that are set, with the filters without each. */
export function activeFilters(filters: Filters): Active[] {
  const { q, tags, author } = filters;
  const one = (set: string, label: string, change: Partial<Filters>) =>
    set ? [{ label, without: { ...filters, ...change } }] : [];
  return [
    ...one(q.trim(), `“${q.trim()}”`, { q: "" }),
    ...tags.map((tag) => ({ label: `#${tag}`, without: { ...filters, tags: tags.filter((other) => other !== tag) } })),
    ...one(author, `by ${author}`, { author: "" }),
    ...CHOICE_NAMES.flatMap((name) => {
      const { labels }: ChoiceFilter = CHOICES[name];
      return one(filters[name], labels[filters[name]] ?? "", { [name]: "" });
    }),
  ];
}

/** The most frequent tags of the shaders, without those that are filtered by already. */
export function commonTags(
  shaders: readonly { readonly tags: readonly string[] }[],
  known: readonly string[],
  most = 8,
) {
  const counts = new Map<string, number>();
  for (const tag of shaders.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .filter(([tag]) => !known.includes(tag))
    .sort(([a, one], [b, other]) => other - one || a.localeCompare(b))
    .slice(0, most)
    .map(([tag]) => tag);
}

export function plainHandle(text: string): string {
  return text.trim().replace(/^@/, "").toLowerCase().slice(0, 40);
}

function oneOf<T extends object>(value: string | null, known: T): (keyof T & string) | "" {
  return value !== null && Object.hasOwn(known, value) ? (value as keyof T & string) : "";
}
