// Builds the programs of `browser` into `built`, or into the folder that it is given.
//
// A program is one script and one sheet of style, without imports, which stand in the page itself. The same source gives
// the same bytes everywhere, so that what is committed can be compared with what is built anew.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(HERE, "built");

for (const name of ["explorer", "lines", "training", "widget"]) {
  const isModule = name === "widget"; // which anywidget loads; it has no style of its own
  const from = (/** @type {string} */ end) =>
    `/* Built by "npm run build"; its source is autograd/explorer/browser/${name}.${end} of scalar-autograd. */`;
  await build({
    absWorkingDir: HERE, // names of files, if any are written, are those below this folder
    entryPoints: [`browser/${name}.js`, ...(isModule ? [] : [`browser/${name}.css`])],
    outdir: folder,
    bundle: true,
    minify: true,
    ...(isModule ? { format: "esm" } : { format: "iife", globalName: name }),
    // The first browsers that show MathML, or those of that year; rules of style that they cannot read are rewritten.
    target: ["chrome109", "firefox115", "safari16"],
    charset: "utf8",
    legalComments: "inline",
    banner: { js: from("js"), css: from("css") },
    logLevel: "warning",
  });
}
