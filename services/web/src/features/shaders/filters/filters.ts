/** What Explore shows, as it stands in the address: what is not said there is the default, what makes no sense is left out. */

import type { components } from "../../../api/schema";
import { AI_LABELS, DIALECTS } from "../../../lib/labels";
import { LICENCES } from "../../../lib/licences";
import { plainTag } from "../../../lib/tags";

type Schemas = components["schemas"];
export type Sort = Schemas["Sort"];

export interface Filters {
  readonly q: string;
  readonly tags: readonly string[];
  readonly author: string;
  readonly licence: string;
  readonly dialect: Schemas["Dialect"] | "";
  readonly ai: Schemas["AiLabel"] | "";
  readonly period: Period | "";
  /** Empty for what the API takes by itself: relevance where there are words, else hot. */
  readonly sort: Sort | "";
}

export const PERIODS = { day: "Today", week: "This week", month: "This month", year: "This year" } as const;
export type Period = keyof typeof PERIODS;
export const SORTS: Record<Sort, string> = {
  relevance: "Best match",
  hot: "Trending",
  new: "Newest",
  old: "Oldest",
  top: "Most votes",
};

export const NO_FILTERS: Filters = {
  q: "",
  tags: [],
  author: "",
  licence: "",
  dialect: "",
  ai: "",
  period: "",
  sort: "",
};

const MOST_TAGS = 8;
const LONGEST_TEXT = 200;

export function readFilters(address: URLSearchParams): Filters {
  const q = (address.get("q") ?? "").slice(0, LONGEST_TEXT);
  const sort = oneOf(address.get("sort"), SORTS);
  return {
    q,
    tags: [...new Set(address.getAll("tag").map(plainTag).filter(Boolean))].slice(0, MOST_TAGS),
    author: plainHandle(address.get("author") ?? ""),
    licence: LICENCES.find((licence) => licence === address.get("licence")) ?? "",
    dialect: oneOf(address.get("dialect"), DIALECTS),
    ai: oneOf(address.get("ai"), AI_LABELS),
    period: oneOf(address.get("period"), PERIODS),
    sort: sort === "relevance" && q.trim() === "" ? "" : sort,
  };
}

export function writeFilters(filters: Filters): URLSearchParams {
  const address = new URLSearchParams();
  if (filters.q.trim()) address.set("q", filters.q);
  for (const tag of filters.tags) address.append("tag", tag);
  for (const name of ["author", "licence", "dialect", "ai", "period", "sort"] as const) {
    if (filters[name]) address.set(name, filters[name]);
  }
  return address;
}

export function exploreAddress(filters: Partial<Filters>): string {
  const address = writeFilters({ ...NO_FILTERS, ...filters }).toString();
  return address ? `/explore?${address}` : "/explore";
}

/** The API's parameters; empty ones are left out. */
export function asQuery({ q, tags, author, licence, dialect, ai, period, sort }: Filters) {
  return {
    ...(q.trim() && { q: q.trim() }),
    ...(tags.length > 0 && { tag: [...tags] }),
    ...(author && { author }),
    ...(licence && { licence }),
    ...(dialect && { dialect }),
    ...(ai && { ai_label: ai }),
    ...(period && { period }),
    ...(sort && { sort }),
  };
}

export interface Active {
  readonly label: string;
  readonly without: Filters;
}

/** Each filter that is set, in words, with what the filters are without it. */
export function activeFilters(filters: Filters): Active[] {
  const { q, tags, author, licence, dialect, ai, period } = filters;
  const one = (set: unknown, label: string, change: Partial<Filters>) =>
    set ? [{ label, without: { ...filters, ...change } }] : [];
  return [
    ...one(q.trim(), `“${q.trim()}”`, { q: "" }),
    ...tags.map((tag) => ({ label: `#${tag}`, without: { ...filters, tags: tags.filter((other) => other !== tag) } })),
    ...one(author, `by ${author}`, { author: "" }),
    ...one(dialect, dialect && DIALECTS[dialect], { dialect: "" }),
    ...one(licence, licence, { licence: "" }),
    ...one(ai, ai && AI_LABELS[ai], { ai: "" }),
    ...one(period, period && PERIODS[period], { period: "" }),
  ];
}

/** The tags that most of the shaders carry, without those asked for already. */
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
