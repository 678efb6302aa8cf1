// The layers of the site, the upper ones first: embed | app > features > components > player > lib > api. Each may import
// what is below it. A feature imports no other feature but `shaders`, whose cards and lists several pages show.

const LAYERS = ["(?:app|embed)", "features", "components", "player", "lib", "api"];

/** A layer may not import the layers above it. */
const upwards = LAYERS.slice(1).map((layer, index) => ({
  name: `${layer}-imports-nothing-above`,
  comment: `src/${layer} may import only what is below it: ${LAYERS.slice(index + 2).join(", ") || "the runtime"}.`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(?:${LAYERS.slice(0, index + 1).join("|")}|main)` },
}));

export default {
  forbidden: [
    ...upwards,
    {
      name: "no-circles",
      comment: "Files that import each other cannot be read, tested or moved alone. Move what both need to a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "features-stand-alone",
      comment: "What two features need belongs to features/shaders, components or lib.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: "^src/features/(?:$1|shaders)/" },
    },
    {
      name: "shaders-are-the-lowest-feature",
      severity: "error",
      from: { path: "^src/features/shaders/" },
      to: { path: "^src/features/", pathNot: "^src/features/shaders/" },
    },
    {
      name: "app-and-embed-stand-alone",
      comment: "The embed is a document of its own, without React.",
      severity: "error",
      from: { path: "^src/(app|embed)/" },
      to: { path: "^src/(?:app|embed)/", pathNot: "^src/$1/" },
    },
    {
      name: "the-embed-has-no-react",
      severity: "error",
      from: { path: "^src/embed/" },
      to: { path: "^(?:src/(?:components|features)/|node_modules/react)", reachable: true },
    },
    {
      name: "player-and-runtime-have-no-react",
      severity: "error",
      from: { path: "^(?:src/player|runtime|harness)/" },
      to: { path: "^node_modules/(?:react|@tanstack|@base-ui)" },
    },
    {
      name: "the-runtime-knows-nothing-of-the-site",
      severity: "error",
      from: { path: "^(?:runtime|harness)/" },
      to: { path: "^src/" },
    },
    {
      name: "nothing-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\?raw$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "browser", "types", "default"] },
  },
};
