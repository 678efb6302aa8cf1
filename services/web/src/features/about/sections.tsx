import { SHADER_CHOICES } from "../../lib/shaderChoices";
import { A, Code, Section } from "./Section";

export function Publish() {
  return (
    <Section id="publish" title="Publishing">
      <p>
        <A to="/new">Write a shader</A> and see it as you type; every change is kept in your browser, with an account or
        without. To publish you need <A to="/register">an account</A>. The picture in the gallery is drawn by the site
        from your code, so that it is there for everybody, at the second that you choose.
      </p>
      <p>
        A version never changes: an edit makes a new one, and each can be compared and brought back. A fork says where
        it came from. A shader can be public, unlisted (for those who have its address), private or a draft. A free
        account publishes five shaders a month; drafts and edits do not count.
      </p>
      <p>
        <A to="/import">Import</A> takes Shadertoy's JSON with one image pass, plain GLSL, or a file. Everything you
        made can be taken out again in <A to="/settings/export">settings</A>, as one file.
      </p>
    </Section>
  );
}

const ENTRIES: readonly (readonly [keyof typeof SHADER_CHOICES.dialect.labels, string, string])[] = [
  ["shadertoy", "mainImage(out vec4, in vec2)", "iResolution, iTime, iMouse, iFrame"],
  ["glsl-sandbox", "main, gl_FragColor", "resolution, time, mouse, backbuffer"],
  ["book-of-shaders", "main, gl_FragColor", "u_resolution, u_time, u_mouse"],
  ["es100", "main, gl_FragColor", "any of the names above"],
  ["es300", "main, out vec4", "any of the names above"],
];

export function Dialects() {
  return (
    <Section id="dialects" title="Dialects">
      <p>Which dialect a shader is written in is found from what it declares.</p>
      <ul>
        {ENTRIES.map(([dialect, entry, names]) => (
          <li key={dialect} className="grid border-t border-line py-2 sm:grid-cols-[10rem_1fr]">
            <span className="font-medium">{SHADER_CHOICES.dialect.labels[dialect]}</span>
            <span className="text-ink-2">
              <Code>{entry}</Code>
              <br />
              <Code>{names}</Code>
            </span>
          </li>
        ))}
      </ul>
      <p>
        Sliders come from the code: <Code>{'uniform float speed; // = 1.0 in [0.0, 4.0] "Speed"'}</Code>
      </p>
    </Section>
  );
}

export function Licences() {
  return (
    <Section id="licences" title="Licences">
      <p>
        Each shader carries the licence that its author chose, and all rights are reserved unless they did. The licence
        is shown under the picture, can be <A to="/explore">searched for</A>, and binds forks: what asks for credit
        keeps it, share-alike stays what it is, no-derivatives cannot be forked. A licence that was given stays given
        for the forks that were made under it.
      </p>
    </Section>
  );
}

export function Privacy() {
  return (
    <Section id="privacy" title="Privacy">
      <p>
        Of visitors without an account nothing is recorded, and no other site is asked for anything. Of you, when you
        are signed in, the site keeps which shaders came into view and how long you looked at one, for 90 days, so that
        your own feed learns what you like.
      </p>
      <p>
        If your browser sends Do Not Track or Global Privacy Control, that is not recorded either. Profile, sign-ins and
        keys are there until you <A to="/settings/delete">delete your account</A>; your shaders go with it, and your
        votes count on without a name.
      </p>
    </Section>
  );
}
