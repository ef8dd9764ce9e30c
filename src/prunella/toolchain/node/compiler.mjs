// Finds the project's own TypeScript: the nearest one above its configuration that has a language service in JavaScript.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const loaded = new Map();

/** The compiler for projects in `folder`, looked for up to `root`; null when there is none that can be used. */
export function compilerFor(folder, root) {
  for (const candidate of candidates(folder, root)) {
    const compiler = load(candidate);
    if (compiler) return compiler;
  }
  return null;
}

function load(entry) {
  if (!loaded.has(entry)) {
    let compiler = null;
    try {
      const found = createRequire(entry)(entry);
      // TypeScript 7 is a native program: its package has no language service that could be called from here.
      if (typeof found?.createLanguageService === "function") compiler = found;
    } catch {
      compiler = null;
    }
    loaded.set(entry, compiler);
  }
  return loaded.get(entry);
}

function* candidates(folder, root) {
  const own = [...ancestors(folder, root)].map((place) => path.join(place, "node_modules"));
  for (const modules of own) yield* entryOf(path.join(modules, "typescript"));
  for (const modules of own) {
    for (const name of names(modules)) {
      if (/^typescript[-\d.]/.test(name)) yield* entryOf(path.join(modules, name));
    }
    for (const name of names(path.join(modules, "@typescript"))) yield* entryOf(path.join(modules, "@typescript", name));
    for (const name of names(path.join(modules, ".pnpm"))) {
      if (/^typescript@[56]\./.test(name)) yield* entryOf(path.join(modules, ".pnpm", name, "node_modules/typescript"));
    }
  }
  for (const modules of own) {
    for (const name of names(modules)) yield* entryOf(path.join(modules, name, "node_modules/typescript"));
  }
}

function* entryOf(folder) {
  const entry = path.join(folder, "lib/typescript.js");
  if (fs.existsSync(entry)) yield entry;
}

function* ancestors(folder, root) {
  for (let at = folder; ; at = path.dirname(at)) {
    yield at;
    if (at === root || at === path.dirname(at)) return;
  }
}

function names(folder) {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}
