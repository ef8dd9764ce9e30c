// Rung 0 for TypeScript: answers requests, one JSON object a line. It reads the repository and writes nothing.
//
// In:  {"op": "mend", "root", "files", "named", "typed", "whole", "before", "moves", "deleted", "limit_ms"}, paths
//      relative to the root; and {"answer": …} to what it asks.
// Out: {"ask": "judge", "changes": {path: text}}, {"ask": "search", "word": …} (answered by paths) and, last,
//      {"done": {"changes": {path: [before, after]}, "steps", "offers", "all_gone"}}.
import path from "node:path";
import readline from "node:readline";

import { Climb } from "./climb.mjs";
import { Projects } from "./configs.mjs";
import { History } from "./history.mjs";
import { look } from "./look.mjs";
import { harms, repair } from "./repair.mjs";

const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity })[Symbol.asyncIterator]();
const opened = new Map();
const MOST_PROJECTS = 4;
const MOST_ELSEWHERE = 8;

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function asked(message) {
  say(message);
  const next = await lines.next();
  if (next.done) process.exit(0);
  return JSON.parse(next.value).answer;
}

async function mend(request) {
  const { root } = request;
  if (!opened.has(root)) opened.set(root, new Projects(root));
  const projects = opened.get(root);
  projects.renew();
  const deadline = Date.now() + request.limit_ms;
  const absolute = (name) => path.resolve(root, name);
  const files = request.files.map(absolute);
  const result = { changes: {}, steps: [], offers: [], all_gone: true, projects: 0 };
  for (const [project, some] of [...projects.of(files, request.named.map(absolute))].slice(0, MOST_PROJECTS)) {
    if (Date.now() > deadline) break;
    result.projects += 1;
    try {
      await mendProject(project, some, request, deadline, result);
    } catch (failure) {
      // Out of time: what was accepted so far is good. Anything else is said, so that tests see it.
      if (!(failure instanceof project.ts.OperationCanceledException)) result.error = String(failure?.stack ?? failure);
      result.all_gone = false;
    }
  }
  result.all_gone &&= result.projects > 0;
  return result;
}

async function mendProject(project, some, request, deadline, result) {
  const absolute = (name) => path.resolve(project.root, name);
  project.renew(deadline);
  const inAbsolute = (object) => new Map(Object.entries(object).map(([name, value]) => [absolute(name), value]));
  const moves = request.moves.map((move) => ({ was: absolute(move.was), path: absolute(move.path) }));
  const history = new History(project, inAbsolute(request.before), moves, inAbsolute(request.deleted));
  const judge = (names) => asked({ ask: "judge", changes: { ...plain(result.changes), ...changesOf(project, names) } });
  const climb = new Climb(project, history, judge, deadline);
  climb.elsewhere = async (word, member) => {
    const fresh = await elsewhere(project, word, member);
    for (const name of fresh ?? []) climb.outside.add(name);
    return fresh;
  };
  climb.extend(some);
  const named = new Set(some);
  const wanted = (error) => (request.typed && !climb.outside.has(error.file)) || named.has(error.file);
  if (request.whole && !climb.errors.length) climb.extend(project.own().slice(0, 400));
  try {
    await repair(climb, wanted, request.whole);
    if (climb.changed.size && harms(climb)) climb.takeBack();
  } finally {
    collect(project, climb, result);
  }
}

function collect(project, climb, result) {
  const line = (file, at) => (at ? `${project.relative(file)}:${at}` : project.relative(file));
  for (const name of climb.changed) {
    const before = project.onDisk(name) ? project.ts.sys.readFile(name) : null;
    result.changes[project.relative(name)] = [before, project.read(name)];
  }
  result.steps.push(...climb.steps.map((step) => `${line(step.file, step.line)}: ${step.text} (${step.word})`));
  result.offers.push(...climb.offers.map((offer) => ({ ...offer, file: project.relative(offer.file) })));
  result.all_gone &&= climb.errors.every((error) => climb.outside.has(error.file));
}

function plain(changes) {
  return Object.fromEntries(Object.entries(changes).map(([name, [, after]]) => [name, after]));
}

function changesOf(project, names) {
  return Object.fromEntries([...names].map((name) => [project.relative(name), project.read(name)]));
}

/** Files outside the project that speak of a word (tests that no configuration covers): they are looked at too; null = too many. */
async function elsewhere(project, word, member) {
  const found = (await asked({ ask: "search", word })).map((name) => path.resolve(project.root, name));
  const speaks = (name) => !member || (project.ts.sys.readFile(name) ?? "").includes(`.${word}`);
  const fresh = found.filter((name) => project.isOwn(name) && !project.source(name) && speaks(name));
  if (fresh.length > MOST_ELSEWHERE) return null;
  for (const name of fresh) project.names.add(name);
  return fresh;
}

for (;;) {
  const next = await lines.next();
  if (next.done) break;
  try {
    const request = JSON.parse(next.value);
    say({ done: request.op === "errors" ? { found: look(request, opened.get(request.root)) } : await mend(request) });
  } catch (failure) {
    say({ done: null, error: String(failure?.stack ?? failure).slice(0, 2000) });
  }
}
