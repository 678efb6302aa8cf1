import { useParams, useSearchParams } from "react-router";
import { isMissing } from "../../api/problem";
import { useSession } from "../../api/session";
import { EmptyState } from "../../components/ui/EmptyState";
import { useTitle } from "../../lib/title";
import { Answering } from "../shaders/desires/Answering";
import { Actions } from "./Actions";
import { Code } from "./Code";
import { Difference } from "./Difference";
import { Facts } from "./Facts";
import { Lineage } from "./Lineage";
import { MoreBy } from "./MoreBy";
import { MoreLikeThis } from "./MoreLikeThis";
import { OldVersion } from "./OldVersion";
import { ParameterPanel } from "./ParameterPanel";
import { type Shader, useShader, useVersion } from "./queries";
import { RenderState } from "./RenderState";
import { ShaderTitle } from "./ShaderTitle";
import { Skeleton } from "./Skeleton";
import { Stage } from "./Stage";
import { type Shown, shownOf } from "./shown";
import { useDwell } from "./useDwell";
import { useValues } from "./useValues";
import { Versions } from "./Versions";

/** The page of a shader: `/s/ID` its newest version, `/s/ID/v/N` another one. */
export function ShaderPage() {
  const { id = "", version } = useParams();
  const shader = useShader(id);
  const requested = version === undefined ? null : Number(version);
  const old = useVersion(id, requested !== null && requested !== shader.data?.version ? requested : null);
  useTitle(shader.data?.title ?? "");
  if (shader.data === undefined)
    return shader.error ? <Failure error={shader.error} retry={shader.refetch} /> : <Skeleton />;
  if (old.error !== null) return <Failure error={old.error} retry={old.refetch} />;
  const shown = shownOf(shader.data, requested, old.data);
  // A key, so that the state of parameters and player is reset with another shader.
  return shown === null ? (
    <Skeleton color={shader.data.average_color} />
  ) : (
    <ShaderView key={id} shader={shader.data} shown={shown} />
  );
}

function Failure({ error, retry }: { readonly error: Error; readonly retry: () => unknown }) {
  if (isMissing(error)) {
    return (
      <EmptyState title="There is no such shader">
        It was deleted, it is not public, or the address has a mistake in it. If it is yours, sign in to see it.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="The shader could not be loaded" action={{ label: "Try again", onAct: () => void retry() }}>
      {error.message}
    </EmptyState>
  );
}

function ShaderView({ shader, shown }: { readonly shader: Shader; readonly shown: Shown }) {
  const handle = useSession(({ account }) => account?.handle);
  const isAuthor = handle === shader.author.handle;
  const oldest = isAuthor ? 1 : shader.public_from;
  useDwell(shader.id);
  const values = useValues(shown.source, shown.values);
  return (
    <article className="pb-12">
      <Stage
        key={shown.version}
        id={shader.id}
        flashes={shown.flashes}
        title={shader.title}
        author={shader.author.display_name}
        source={shown.source}
        dialect={shown.dialect}
        parameters={values.values}
        still={shown.still}
        stillTime={shown.stillTime}
        color={shader.average_color}
      />
      <div className="mx-auto flex max-w-[1440px] flex-col gap-4 px-3">
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <ShaderTitle shader={shader} isAuthor={isAuthor} />
          <Actions shader={shader} version={shown.version} source={shown.source} isAuthor={isAuthor} />
        </header>
        {shown.isOld && <OldVersion shader={shader} version={shown.version} isAuthor={isAuthor} />}
        <RenderState id={shader.id} version={shown.version} known={shown.render} isAuthor={isAuthor} />
        <Answering shader={shader} isAuthor={isAuthor} />
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <CodeOrDifference shader={shader} shown={shown} oldest={oldest} />
          <div className="flex min-w-0 flex-col gap-8 max-lg:row-start-1">
            <ParameterPanel {...values} onChange={values.change} onReset={values.reset} />
            <Facts shader={shader} />
            <Lineage shader={shader} />
            <Versions shader={shader} shown={shown.version} oldest={oldest} />
          </div>
        </div>
      </div>
      <MoreLikeThis id={shader.id} />
      <MoreBy shader={shader} />
    </article>
  );
}

interface CodeProps {
  readonly shader: Shader;
  readonly shown: Shown;
  readonly oldest: number;
}

function CodeOrDifference({ shader, shown, oldest }: CodeProps) {
  const [search, setSearch] = useSearchParams();
  const from = Number(search.get("compare") ?? Number.NaN);
  if (!Number.isInteger(from) || from < 1) {
    return <Code source={shown.source} raw={`/api/v1/shaders/${shader.id}/raw?version=${shown.version}`} />;
  }
  const options = { replace: true, preventScrollReset: true };
  return (
    <Difference
      id={shader.id}
      from={from}
      to={shown.version}
      oldest={oldest}
      newest={shader.version}
      onFrom={(one) => setSearch({ compare: String(one) }, options)}
      onClose={() => setSearch({}, options)}
    />
  );
}
