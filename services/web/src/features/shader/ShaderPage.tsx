import { useParams, useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { Notice } from "../../components/Notice";
import { useTitle } from "../../lib/title";
import { Actions } from "./Actions";
import { Code } from "./Code";
import { Difference } from "./Difference";
import { Facts } from "./Facts";
import { Lineage } from "./Lineage";
import { MoreBy } from "./MoreBy";
import { OldVersion } from "./OldVersion";
import { ParameterPanel } from "./ParameterPanel";
import { isMissing, useVersion, useWork, type Work } from "./queries";
import { RenderState } from "./RenderState";
import { Skeleton } from "./Skeleton";
import { Stage } from "./Stage";
import { type Shown, shownOf } from "./shown";
import { useDwell } from "./useDwell";
import { useValues } from "./useValues";
import { Versions } from "./Versions";
import { WorkTitle } from "./WorkTitle";

/** A work, alone: `/s/ID` its newest version, `/s/ID/v/N` another one. */
export function ShaderPage() {
  const { id = "", version } = useParams();
  const work = useWork(id);
  const asked = version === undefined ? null : Number(version);
  const old = useVersion(id, asked !== null && asked !== work.data?.version ? asked : null);
  useTitle(work.data?.title ?? "");
  if (work.data === undefined) return work.error ? <Failure error={work.error} retry={work.refetch} /> : <Skeleton />;
  if (old.error !== null) return <Failure error={old.error} retry={old.refetch} />;
  const shown = shownOf(work.data, asked, old.data);
  // One instance for each work: sliders and player begin anew with another one.
  return shown === null ? (
    <Skeleton color={work.data.average_color} />
  ) : (
    <Whole key={id} work={work.data} shown={shown} />
  );
}

function Failure({ error, retry }: { readonly error: Error; readonly retry: () => unknown }) {
  if (isMissing(error)) {
    return (
      <Notice title="There is no such work">
        It was deleted, it is not public, or the address has a mistake in it. If it is yours, sign in to see it.
      </Notice>
    );
  }
  return (
    <Notice title="The work could not be loaded" action={{ label: "Try again", onAct: () => void retry() }}>
      {error.message}
    </Notice>
  );
}

function Whole({ work, shown }: { readonly work: Work; readonly shown: Shown }) {
  const handle = useSession(({ account }) => account?.handle);
  const isAuthor = handle === work.author.handle;
  useDwell(work.id);
  const values = useValues(shown.source, shown.values);
  return (
    <article className="pb-12">
      <Stage
        title={work.title}
        author={work.author.display_name}
        source={shown.source}
        dialect={shown.dialect}
        parameters={values.values}
        still={shown.still}
        stillTime={shown.stillTime}
        color={work.average_color}
      />
      <div className="mx-auto flex max-w-[1440px] flex-col gap-4 px-3">
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <WorkTitle work={work} />
          <Actions work={work} version={shown.version} source={shown.source} isAuthor={isAuthor} />
        </header>
        {shown.isOld && <OldVersion work={work} version={shown.version} isAuthor={isAuthor} />}
        <RenderState id={work.id} version={shown.version} known={shown.render} isAuthor={isAuthor} />
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <CodeOrDifference work={work} shown={shown} />
          <div className="flex min-w-0 flex-col gap-8 max-lg:row-start-1">
            <ParameterPanel {...values} onChange={values.change} onReset={values.reset} />
            <Facts work={work} />
            <Lineage work={work} />
            <Versions work={work} shown={shown.version} />
          </div>
        </div>
      </div>
      <MoreBy work={work} />
    </article>
  );
}

function CodeOrDifference({ work, shown }: { readonly work: Work; readonly shown: Shown }) {
  const [search, setSearch] = useSearchParams();
  const from = Number(search.get("compare") ?? Number.NaN);
  if (!Number.isInteger(from) || from < 1) {
    return <Code source={shown.source} raw={`/api/v1/shaders/${work.id}/raw?version=${shown.version}`} />;
  }
  const options = { replace: true, preventScrollReset: true };
  return (
    <Difference
      id={work.id}
      from={from}
      to={shown.version}
      newest={work.version}
      onFrom={(one) => setSearch({ compare: String(one) }, options)}
      onClose={() => setSearch({}, options)}
    />
  );
}
