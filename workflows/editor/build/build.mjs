/* node build/build.mjs FOLDER: the editor as files a page links: editor.js, editor.css, bpmn.woff2, LICENSE, LICENSES.txt. */
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import esbuild from "esbuild";

import { strict } from "./markup.mjs";
import { PATCHES, patched } from "./patches.mjs";

const HERE = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(HERE, "node_modules");
const SHEETS = [
  "bpmn-js/dist/assets/diagram-js.css",
  "bpmn-js/dist/assets/bpmn-js.css",
  "bpmn-js/dist/assets/bpmn-font/css/bpmn-codes.css",
  "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css",
  "bpmn-js-bpmnlint/dist/assets/css/bpmn-js-bpmnlint.css",
  "diagram-js-minimap/assets/diagram-js-minimap.css",
];
const FONT = `@font-face{font-family:"bpmn";src:url("bpmn.woff2") format("woff2");font-style:normal;font-weight:normal}
[class^="bpmn-icon-"]:before,[class*=" bpmn-icon-"]:before{font-family:"bpmn";font-style:normal;font-weight:normal;speak:never;
display:inline-block;text-decoration:inherit;width:1em;text-align:center;font-variant:normal;text-transform:none;line-height:1em}
`;

const inModules = (path) => relative(MODULES, path).split(sep).join("/");

/** Applies the patches and the strict markup, and puts our own parser of markup in the place of the package's. */
function adapted(seen) {
  return {
    name: "sangong",
    setup(build) {
      build.onResolve({ filter: /^sangong:words$/ }, () => ({ path: join(HERE, "src/words.js") }));
      build.onResolve({ filter: /^domify$/ }, () => ({ path: join(HERE, "src/csp/domify.js") }));
      build.onResolve({ filter: /^domify-original$/ }, () => ({ path: join(MODULES, "domify/index.js") }));
      build.onLoad({ filter: /node_modules.*\.js$/ }, async ({ path }) => {
        const file = inModules(path);
        seen.add(file);
        return { contents: strict(patched(file, await readFile(path, "utf8"))), loader: "js" };
      });
    },
  };
}

/** The licence texts of every package a byte of the bundle comes from, sorted by name. */
async function licences(packages) {
  const parts = [];
  for (const name of [...packages].sort()) {
    const about = JSON.parse(await readFile(join(MODULES, name, "package.json"), "utf8"));
    const file = (await readdir(join(MODULES, name))).find((one) => /^licen[sc]e/i.test(one));
    const text = file ? await readFile(join(MODULES, name, file), "utf8") : `Licence named by the package: ${about.license}\n`;
    parts.push(`${"=".repeat(78)}\n${about.name} ${about.version} (${about.license})\n${"=".repeat(78)}\n\n${text.trim()}\n`);
  }
  return `What static/vendor/bpmn is made of, each under its own licence. Made by scripts/editor.\n\n${parts.join("\n")}`;
}

function packageOf(file) {
  const [first, second] = file.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

const target = process.argv[2];
if (!target) throw new Error("node build/build.mjs FOLDER");
await mkdir(target, { recursive: true });
const seen = new Set();
const { metafile } = await esbuild.build({
  absWorkingDir: HERE,
  entryPoints: ["src/main.js"],
  outfile: join(target, "editor.js"),
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  minify: true,
  metafile: true,
  legalComments: "none",
  banner: { js: "/* Made by scripts/editor from workflows/editor: change the sources, not this file. Licences: LICENSES.txt */" },
  plugins: [adapted(seen)],
  logLevel: "warning",
});
const unused = Object.keys(PATCHES).filter((file) => !seen.has(file));
if (unused.length) throw new Error(`patched but not bundled: ${unused.join(", ")}`);
const packages = new Set(
  Object.keys(metafile.inputs)
    .filter((path) => path.includes("node_modules/"))
    .map((path) => packageOf(path.split("node_modules/").pop())),
);
packages.add("bpmn-js");
await writeFile(join(target, "LICENSES.txt"), await licences(packages));
await copyFile(join(MODULES, "bpmn-js/LICENSE"), join(target, "LICENSE"));
await copyFile(join(MODULES, "bpmn-js/dist/assets/bpmn-font/font/bpmn.woff2"), join(target, "bpmn.woff2"));

const theirs = await Promise.all(SHEETS.map((sheet) => readFile(join(MODULES, sheet), "utf8")));
const own = (await readdir(join(HERE, "src/style"))).filter((name) => name.endsWith(".css")).sort();
const ours = await Promise.all(own.map((name) => readFile(join(HERE, "src/style", name), "utf8")));
const { code } = await esbuild.transform([...theirs, FONT, ...ours].join("\n"), {
  loader: "css",
  minify: true,
  charset: "utf8",
  legalComments: "none",
});
await writeFile(join(target, "editor.css"), `/* Made by scripts/editor from workflows/editor. Licences: LICENSES.txt */\n${code}`);
