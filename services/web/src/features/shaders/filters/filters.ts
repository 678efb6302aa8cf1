/**
 * The filters of Explore, as the address has them: a filter that it does not name is off, a value that is unknown is
 * left out. A filter with a few values is one entry of CHOICES, and nothing else.
 */

import type { components, paths } from "../../../api/schema";
import { AI_LABELS, DIALECTS } from "../../../lib/labels";
import { LICENCE_LABELS } from "../../../lib/licences";
import { plainTag } from "../../../lib/tags";

export type Sort = components["schemas"]["Sort"];
type Query = NonNullable<paths["/api/v1/shaders"]["get"]["parameters"]["query"]>;

interface ChoiceFilter {
  readonly label: string;
  /** The option for no choice. */
  readonly any: string;
  readonly options: Readonly<Record<string, string>>;
  /** The API's name for it. */
  readonly parameter: keyof Query;
}

export const PERIODS = { day: "Today", week: "This week", month: "This month", year: "This year" } as const;

/** By their names in the address, in the order in which they are shown. */
export const CHOICES = {
  period: { label: "Time", any: "Any time", options: PERIODS, parameter: "period" },
  dialect: { label: "Dialect", any: "Any dialect", options: DIALECTS, parameter: "dialect" },
  licence: { label: "Licence", any: "Any licence", options: LICENCE_LABELS, parameter: "licence" },
  ai: { label: "AI label", any: "By hand or AI", options: AI_LABELS, parameter: "ai_label" },
} satisfies Record<string, ChoiceFilter>;

export type ChoiceName = keyof typeof CHOICES;
export const CHOICE_NAMES = Object.keys(CHOICES) as ChoiceName[];

type Chosen = { readonly [Name in ChoiceName]: keyof (typeof CHOICES)[Name]["options"] | "" };

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
    ...choices((name) => oneOf(address.get(name), CHOICES[name].options)),
    sort: sort === "relevance" && q.trim() === "" ? "" : sort,
  };
}

export function writeFilters(filters: Filters): URLSearchParams {
  const address = new URLSearchParams();
  if (filters.q.trim()) address.set("q", filters.q);
  for (const tag of filters.tags) address.append("tag", tag);
  for (const name of ["author", ...CHOICE_NAMES, "sort"] as const) {
    if (filters[name]) address.set(name, filters[name]);
  }
  return address;
}

export function exploreAddress(filters: Partial<Filters>): string {
  const address = writeFilters({ ...NO_FILTERS, ...filters }).toString();
  return address ? `/explore?${address}` : "/explore";
}

/** The API's parameters; empty ones are left out. */
export function asQuery({ q, tags, author, sort, ...chosen }: Filters): Query {
  const set = CHOICE_NAMES.filter((name) => chosen[name]).map((name) => [CHOICES[name].parameter, chosen[name]]);
  return {
    ...(q.trim() && { q: q.trim() }),
    ...(tags.length > 0 && { tag: [...tags] }),
    ...(author && { author }),
    ...Object.fromEntries(set),
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
      const { options }: ChoiceFilter = CHOICES[name];
      return one(filters[name], options[filters[name]] ?? "", { [name]: "" });
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
