// What is tried, in the order of trust: what git knows, what the compiler knows, what is nearly right.
import { errorsOf, shrinks } from "./errors.mjs";
import { asyncAgain, codeFixes, importers } from "./fixes.mjs";
import { nearNames, nearPaths } from "./near.mjs";
import { definitionsBack, exportsBack, filesBack, importBack, moves, nameOf, wordBack } from "./putback.mjs";
import { followed } from "./renames.mjs";
import { slipBack } from "./slips.mjs";
import { mendSyntax } from "./syntax.mjs";
import { differing } from "./edits.mjs";
import { enclosing, nodeAt, wordAt } from "./tree.mjs";

const ORDER = [
  [2307, 2792, 2834, 2835, 2306, 1149, 1261],
  [2305, 2724, 2614, 2459, 2460, 2613, 1192, 2694],
  [2304, 2552, 2503, 2686, 18004, 2580, 2591],
];
const MANY = 2;

/** Repair what can be repaired. `wanted(error)` says which errors are the failed check's own. */
export async function repair(climb, wanted, whole) {
  for (const file of new Set(climb.errors.filter((error) => error.syntactic).map((error) => error.file))) {
    if (!climb.late) whole = (await mendSyntax(climb, file)) || whole;
  }
  await rounds(climb, wanted);
  if (whole && !climb.late) {
    widen(climb);
    await rounds(climb, wanted);
  }
  await guesses(climb, wanted);
}

async function rounds(climb, wanted) {
  for (let again = true; again && !climb.late && !climb.full; ) {
    again = (await byGit(climb)) || (await oneByOne(climb, wanted));
  }
}

/** Look at the rest of the project, the nearest first, for as long as that is cheap. */
function widen(climb) {
  const { project } = climb;
  const stop = Math.min(climb.deadline, Date.now() + 2500);
  const near = [...climb.focus].flatMap((file) => importers(project, file));
  for (const file of [...new Set([...near, ...project.own()])]) {
    if (Date.now() > stop) return;
    climb.extend([file]);
  }
}

async function byGit(climb) {
  if (!climb.errors.some((error) => !error.syntactic)) return false;
  const { project, history } = climb;
  if (climb.errors.some((error) => error.code === 2307)) {
    let unseen = false;
    for (const move of history.moves) {
      const outside = await climb.elsewhere(nameOf(move.was), false);
      unseen ||= outside === null;
      climb.extend(outside ?? []);
    }
    const found = moves(climb);
    if (await climb.first(unseen ? found.reverse() : found)) return true;
  }
  for (const one of filesBack(climb)) {
    if (one.users >= MANY ? await climb.first([one]) : void climb.offer(one)) return true;
  }
  if (await climb.first(exportsBack(climb))) return true;
  const words = new Set(climb.errors.map((error) => wordAt(project.ts, project.source(error.file), error)));
  const told = climb.errors.map((error) => error.message).join("\n");
  for (const rename of history.renames()) {
    if (!words.has(rename.old) && !told.includes(`'${rename.now}' is missing`)) continue;
    const outside = await climb.elsewhere(rename.old, rename.container !== "");
    climb.extend(outside ?? []);
    const [follow, back] = followed(climb, rename);
    // Too many outside of the project use the former name to look at them all: then it is the name to keep.
    if (follow && (await climb.first(outside ? [follow, back] : [back, follow]))) return true;
  }
  return false;
}

async function oneByOne(climb, wanted) {
  const ordered = [...climb.errors].filter((error) => !error.syntactic && wanted(error)).sort((one, other) => rank(one) - rank(other));
  const tried = (climb.tried ??= new Set());
  for (const error of ordered) {
    const name = `${error.file}\0${error.start}\0${error.code}\0${error.message}\0${climb.steps.length}`;
    if (climb.late || tried.has(name) || climb.mended(error)) continue;
    tried.add(name);
    if (await climb.first([...importBack(climb, error), ...wordBack(climb, error)], error)) return true;
    const { mending } = codeFixes(climb, error);
    const all = [...nearPaths(climb, error), ...mending, ...nearNames(climb, error), ...asyncAgain(climb, error)];
    if (await climb.only(all, error)) return true;
    if (await climb.first(slipBack(climb, error), error)) return true;
  }
  for (const one of definitionsBack(climb)) {
    if (one.users >= MANY ? await climb.first([one]) : void climb.offer(one)) return true;
  }
  return false;
}

function rank(error) {
  const found = ORDER.findIndex((codes) => codes.includes(error.code));
  return found === -1 ? ORDER.length : found;
}

/** What the compiler would guess for the errors that stay: text for a model, never applied. */
async function guesses(climb, wanted) {
  for (const error of climb.errors.filter(wanted).slice(0, 6)) {
    if (climb.late || error.syntactic) return;
    for (const one of codeFixes(climb, error).guesses.slice(0, 2)) climb.offer(one, error);
  }
}

/** Whether files that import what was changed have errors now that they had not: then nothing of it may stay. */
export function harms(climb) {
  const { project } = climb;
  const now = [...climb.changed].filter((name) => visible(project, name));
  const users = [...new Set(now.flatMap((name) => importers(project, name)))].filter((name) => !climb.focus.has(name));
  const after = errorsOf(project, users);
  if (!after.length) return false;
  const original = new Map([...climb.changed].map((name) => [name, project.ts.sys.readFile(name) ?? null]));
  const before = project.during(original, () => errorsOf(project, users));
  return before.length <= after.length && !same(before, after) && !shrinks(before, after);
}

function same(before, after) {
  const names = (errors) => errors.map((error) => `${error.file}${error.code}${error.message}`).sort().join();
  return names(before) === names(after);
}

/** Whether the change is where other files can see it: not within a function, not an import. */
function visible(project, name) {
  const { ts } = project;
  const before = ts.sys.readFile(name) ?? "";
  const [start] = differing(before, project.read(name) ?? "");
  const file = project.source(name);
  if (!file) return true;
  const node = nodeAt(ts, file, Math.min(start, file.end - 1));
  return !enclosing(node, (at) => ts.isImportDeclaration(at) || (ts.isBlock(at) && ts.isFunctionLike(at.parent)));
}
