import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { Button } from "../../../components/ui/Button";
import { Select } from "../../../components/ui/Select";
import { optionsOf } from "../../../lib/labels";
import { plainTag } from "../../../lib/tags";
import { AddFilter } from "./AddFilter";
import {
  activeFilters,
  CHOICE_NAMES,
  CHOICES,
  commonTags,
  exploreAddress,
  type Filters,
  plainHandle,
  readFilters,
  SORTS,
  type Sort,
} from "./filters";

interface Props {
  readonly filters: Filters;
  readonly shaders: readonly { readonly tags: readonly string[] }[];
  /** The number of results, as text. */
  readonly found: string;
}

const PLACE = "px-2 max-w-44 max-md:w-[calc(50%-0.25rem)] max-md:max-w-none";

/** Filters and order; on narrow screens behind a button. */
export function FilterRow({ filters, shaders, found }: Props) {
  const [open, setOpen] = useState(false);
  const active = activeFilters(filters);
  const folded = active.filter(({ label }) => !label.startsWith("“")).length;
  return (
    <section aria-label="Filters" className="flex flex-col gap-2 px-3 py-2">
      <div className="flex items-center gap-3 md:hidden">
        <Button aria-expanded={open} aria-controls="filters" onClick={() => setOpen(!open)}>
          Filters{folded > 0 && ` (${folded})`}
        </Button>
        <span className="text-sm text-ink-2">{found}</span>
      </div>
      <div id="filters" className={`flex flex-wrap items-center gap-2 ${open ? "" : "max-md:hidden"}`}>
        <Choices filters={filters} />
      </div>
      <div className="flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1 text-sm pointer-coarse:min-h-11">
        <p role="status" className="text-ink-2 max-md:sr-only">
          {found}
        </p>
        <ActiveList filters={filters} />
        <TagOffers filters={filters} shaders={shaders} />
      </div>
    </section>
  );
}

type Change = Partial<Filters> | ((now: Filters) => Partial<Filters>);

/** Changes the filters of the current address: React may not have rendered the last change yet. */
function useChangeFilters(): (change: Change) => void {
  const navigate = useNavigate();
  return (change) => {
    const now = readFilters(new URLSearchParams(window.location.search));
    void navigate(exploreAddress({ ...now, ...(typeof change === "function" ? change(now) : change) }));
  };
}

function Choices({ filters }: { readonly filters: Filters }) {
  const go = useChangeFilters();
  const isSearch = filters.q.trim() !== "";
  const fallback: Sort = isSearch ? "relevance" : "hot";
  return (
    <>
      <Select<Sort>
        label="Order"
        value={filters.sort || fallback}
        options={optionsOf(SORTS).filter(([sort]) => isSearch || sort !== "relevance")}
        onChange={(sort) => go({ sort: sort === fallback ? "" : sort })}
        className={PLACE}
      />
      {CHOICE_NAMES.map((name) => (
        <Select<string>
          key={name}
          label={CHOICES[name].filter.label}
          value={filters[name]}
          options={[["", CHOICES[name].filter.any], ...optionsOf<string>(CHOICES[name].labels)]}
          onChange={(value) => go({ [name]: value })}
          className={`${PLACE} ${filters[name] === "" ? "text-ink-2" : ""}`}
        />
      ))}
      <AddFilter
        label="Tag"
        onAdd={(text) => plainTag(text) && go(({ tags }) => ({ tags: [...tags, plainTag(text)].slice(0, 8) }))}
      />
      <AddFilter label="Author" onAdd={(text) => go({ author: plainHandle(text) })} />
    </>
  );
}

function ActiveList({ filters }: { readonly filters: Filters }) {
  const active = activeFilters(filters);
  if (active.length === 0) return null;
  return (
    <ul aria-label="Set filters" className="contents">
      {active.map(({ label, without }) => (
        <li key={label}>
          <Link
            to={exploreAddress(without)}
            aria-label={`Remove ${label}`}
            className="inline-flex items-center gap-1.5 hover:text-ink-2 pointer-coarse:h-11"
          >
            {label} <span aria-hidden="true">×</span>
          </Link>
        </li>
      ))}
      <li>
        <Link to="/explore" className="inline-flex items-center text-ink-2 underline pointer-coarse:h-11">
          Clear all
        </Link>
      </li>
    </ul>
  );
}

function TagOffers({ filters, shaders }: Pick<Props, "filters" | "shaders">) {
  const tags = filters.tags.length < 8 ? commonTags(shaders, filters.tags) : [];
  if (tags.length === 0) return null;
  return (
    <ul aria-label="Tags of these shaders" className="ml-auto flex h-6 flex-wrap gap-x-3 overflow-hidden max-md:hidden">
      {tags.map((tag) => (
        <li key={tag}>
          <Link
            to={exploreAddress({ ...filters, tags: [...filters.tags, tag] })}
            className="leading-6 text-ink-2 hover:text-ink"
          >
            #{tag}
          </Link>
        </li>
      ))}
    </ul>
  );
}
