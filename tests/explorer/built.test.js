import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

for (const name of ["explorer", "lines", "training"]) {
  const built = (/** @type {string} */ end) =>
    readFileSync(new URL(`../../autograd/explorer/built/${name}.${end}`, import.meta.url), "utf8");

  test(`${name} is a script that runs without a page, and then has start`, () => {
    const program = new Function(`${built("js")}; return ${name}`)();
    assert.equal(typeof program.start, "function");
  });

  test(`${name} may stand in a page: it cannot leave its element, and loads nothing`, () => {
    assert.doesNotMatch(built("js"), /<\/script|<script|<!--|\bimport\b|\brequire\(|https?:(?!\/\/www\.w3\.org\/)/i);
    assert.doesNotMatch(built("css"), /<\/style|<!--|@import|url\((?!["']?(data:|#))/i);
  });
}
