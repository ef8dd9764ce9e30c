// What the parser misses: the one character whose insertion makes a file parse.
import { edited, essence, newLines } from "./edits.mjs";
import { lineOf } from "./errors.mjs";

const TOKENS = [")", "}", "]", "(", "{", "[", ",", ":", "'", '"', "`", ">", ";", "=>", "<", "="];
const MOST_PARSES = 260;
const MOST_CHECKS = 6;

/** Mend the syntax of a file: the insertion that git is for, else the only one that parses and type-checks. */
export async function mendSyntax(climb, file) {
  const errors = climb.errors.filter((error) => error.file === file && error.syntactic);
  const text = climb.project.read(file);
  const found = new Map();
  const stop = Math.min(climb.deadline, Date.now() + 3000);
  let parses = 0;
  for (const { at, token } of insertions(text, errors)) {
    if (parses >= MOST_PARSES || Date.now() > stop) break;
    parses += 1;
    const after = edited(text, [{ start: at, end: at, text: token }]);
    if (!parsesClean(climb.project, file, after)) continue;
    const patch = new Map([[file, after]]);
    const label = `insert the missing '${token.trim()}'`;
    if (!found.has(essence(patch))) found.set(essence(patch), { patch, label, word: "parser" });
  }
  const all = [...found.values()];
  const backed = all.filter((one) => climb.history.supports(one.patch, newLines));
  if (backed.length === 1 && (await climb.first(backed, errors[0]))) return true;
  return climb.only((backed.length > 1 ? backed : all).slice(0, MOST_CHECKS), errors[0]);
}

function parsesClean(project, file, text) {
  const tree = project.ts.createSourceFile(file, text, project.ts.ScriptTarget.Latest, false);
  return tree.parseDiagnostics.length === 0;
}

/** Places and characters, the likeliest first. */
function* insertions(text, errors) {
  const seen = new Set();
  const fresh = function* (list) {
    for (const one of list) {
      const name = `${one.at} ${one.token}`;
      if (!seen.has(name)) yield one;
      seen.add(name);
    }
  };
  const first = errors.slice(0, 3);
  yield* fresh(first.flatMap((error) => expected(text, error)));
  yield* fresh(byLayout(text));
  yield* fresh(nearby(text, errors[0]));
  for (const error of errors.slice(1, 3)) yield* fresh(nearby(text, error));
}

function expected(text, error) {
  const token = /'([^']{1,2}|=>)' expected/.exec(error.message)?.[1];
  const wanted = error.code === 1002 ? ["'", '"'] : error.code === 1160 ? ["`"] : token ? [token] : [];
  const before = text.slice(0, error.start).trimEnd().length;
  const places = [before, error.start, error.code === 1002 ? text.slice(error.start).search(/\n|$/) + error.start : before];
  return places.flatMap((at) => wanted.map((one) => ({ at, token: one })));
}

/** Braces that the indentation tells of: a block that ends without one, a deeper line that none has opened. */
function byLayout(text) {
  const lines = [];
  let at = 0;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() && !/^\s*(?:\/\/|\*|\/\*)/.test(line)) lines.push({ at, line, indent: line.search(/\S/), end: at + line.trimEnd().length });
    at += raw.length + 1;
  }
  return [...unclosed(text, lines), ...unopened(lines)];
}

function unclosed(text, lines) {
  const pairs = { "{": "}", "(": ")", "[": "]" };
  const found = [];
  const open = [];
  lines.forEach((one, index) => {
    while (open.length && one.indent <= open.at(-1).indent) {
      const { indent, close, line } = open.pop();
      const closes = one.indent === indent && /^[)}\]]/.test(one.line.trim());
      if (!closes) {
        const last = lines[index - 1];
        found.push({ at: last.end, token: `\n${line.slice(0, indent)}${close}` });
      } else if (!one.line.trim().startsWith(close)) {
        found.push({ at: one.at + one.indent, token: close });
      }
    }
    const bracket = /[{([]$/.exec(one.line.replace(/\/\/.*$/, "").trimEnd())?.[0];
    if (bracket) open.push({ indent: one.indent, close: pairs[bracket], line: one.line });
  });
  const last = lines.at(-1);
  for (const { indent, close, line } of open.reverse()) found.push({ at: last.end, token: `\n${line.slice(0, indent)}${close}` });
  return found.slice(0, 80);
}

function unopened(lines) {
  const found = [];
  for (let index = 0; index + 1 < lines.length; index += 1) {
    const one = lines[index];
    if (lines[index + 1].indent > one.indent && /[\w)>\]}=:?]$/.test(one.line.trimEnd())) {
      const head = /^\s*(?:export|function|if|for|while|class|interface|else|try|switch|async|public|private|static|enum|\}|[\w$]+\s*\()/.test(one.line);
      if (head) found.push({ at: one.end, token: " {" });
      else if (/[=(:]\s*$|=>$|\breturn$/.test(one.line)) found.push({ at: one.end, token: " {" }, { at: one.end, token: " [" });
    }
  }
  return found.slice(0, 40);
}

/** Every character at every place between the words of the error's line and of the one before it. */
function* nearby(text, error) {
  const start = text.lastIndexOf("\n", error.start - 1) + 1;
  const before = text.slice(0, start).trimEnd();
  const from = lineOf(text, error.start) > 1 ? before.lastIndexOf("\n") + 1 : 0;
  const newline = text.indexOf("\n", error.start);
  const places = [];
  for (const word of text.slice(from, newline === -1 ? undefined : newline).matchAll(/[\w$]+|[^\s\w$]/g)) {
    places.push(from + word.index, from + word.index + word[0].length);
  }
  const ordered = [...new Set(places)].sort((one, other) => Math.abs(one - error.start) - Math.abs(other - error.start));
  for (const at of ordered.slice(0, 40)) for (const token of TOKENS) yield { at, token };
}
