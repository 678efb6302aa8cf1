import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { ButtonLink } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { useBeginning } from "../../components/useBeginning";
import { WorkList } from "../../components/WorkList";
import { useTitle } from "../../lib/title";
import { count } from "../../lib/words";
import { FilterRow } from "./FilterRow";
import { activeFilters, exploreAddress, type Filters, readFilters } from "./filters";
import { exploreQuery } from "./queries";

export function ExplorePage() {
  const [address] = useSearchParams();
  const filters = readFilters(address);
  const query = useInfiniteQuery(exploreQuery(filters));
  useBeginning(exploreQuery(filters).queryKey);
  const words = filters.q.trim();
  useTitle(words ? `Works with ${words}` : "Explore");
  const works = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <h1 className="sr-only">Explore works</h1>
      <FilterRow filters={filters} works={works} found={found(works.length, query.hasNextPage, query.isPending)} />
      <WorkList
        label="Works found"
        query={query}
        empty={<NothingFound filters={filters} />}
        end={<p>That is all there is to find with this.</p>}
      />
    </>
  );
}

function found(number: number, more: boolean, pending: boolean): string {
  if (pending) return "Searching";
  if (number === 0) return "No works";
  return more ? `More than ${count(number, "work")}` : count(number, "work");
}

function NothingFound({ filters }: { readonly filters: Filters }) {
  const active = activeFilters(filters);
  if (active.length === 0) {
    return (
      <Notice title="Nothing has been published here yet">
        <p className="mb-3">The first work could be yours.</p>
        <ButtonLink to="/new">Write a shader</ButtonLink>
      </Notice>
    );
  }
  return (
    <Notice title="No work fits all of this">
      <p className="mb-3">Each word has to be in a work, each filter has to fit. Try it with less:</p>
      <ul className="flex flex-wrap gap-2">
        {active.length > 1 &&
          active.map(({ label, without }) => (
            <li key={label}>
              <ButtonLink to={exploreAddress(without)}>Without {label}</ButtonLink>
            </li>
          ))}
        <li>
          <ButtonLink to="/explore">See all works</ButtonLink>
        </li>
      </ul>
    </Notice>
  );
}
