import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { count } from "../../lib/labels";
import { useTitle } from "../../lib/title";
import { Wishes } from "../shaders/desires/Wishes";
import { FilterRow } from "../shaders/filters/FilterRow";
import { activeFilters, exploreAddress, type Filters, readFilters } from "../shaders/filters/filters";
import { ShaderList } from "../shaders/ShaderList";
import { useRefreshOnVisit } from "../shaders/useRefreshOnVisit";
import { exploreQuery } from "./queries";

export function ExplorePage() {
  const [address] = useSearchParams();
  const filters = readFilters(address);
  const query = useInfiniteQuery(exploreQuery(filters));
  useRefreshOnVisit(exploreQuery(filters).queryKey);
  const words = filters.q.trim();
  useTitle(words ? `Shaders with ${words}` : "Explore");
  const shaders = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <h1 className="sr-only">Explore shaders</h1>
      <FilterRow
        filters={filters}
        shaders={shaders}
        found={found(shaders.length, query.hasNextPage, query.isPending)}
      />
      {words && <Wishes title={`Wishes with “${words}”`} which={{ q: words }} />}
      <ShaderList
        label="Shaders found"
        query={query}
        empty={<NothingFound filters={filters} />}
        end={<p>That is all there is to find with this.</p>}
      />
    </>
  );
}

function found(number: number, more: boolean, pending: boolean): string {
  if (pending) return "Searching";
  if (number === 0) return "No shaders";
  return more ? `More than ${count(number, "shader")}` : count(number, "shader");
}

function NothingFound({ filters }: { readonly filters: Filters }) {
  const active = activeFilters(filters);
  if (active.length === 0) {
    return (
      <EmptyState title="Nothing has been published here yet">
        <p className="mb-3">The first shader could be yours.</p>
        <ButtonLink to="/new">Write a shader</ButtonLink>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No shader fits all of this">
      <p className="mb-3">Each word has to be in a shader, each filter has to fit. Try it with less:</p>
      <ul className="flex flex-wrap gap-2">
        {active.length > 1 &&
          active.map(({ label, without }) => (
            <li key={label}>
              <ButtonLink to={exploreAddress(without)}>Without {label}</ButtonLink>
            </li>
          ))}
        <li>
          <ButtonLink to="/explore">See all shaders</ButtonLink>
        </li>
      </ul>
    </EmptyState>
  );
}
