// A name that the last changes replaced, at one place, by one that is defined nowhere: the former one is put back.
import { edited } from "./edits.mjs";
import { lineText } from "./errors.mjs";
import { isName, nodeAt, walk } from "./tree.mjs";

const UNKNOWN = new Set([2304, 2552, 2339, 2551, 2305, 2724, 2694, 2353, 2561, 18004]);

/**
 * The line as it was, if nothing but this name changed in it, others still use the former name, and the new one occurs
 * nowhere else: who means a new name defines it or uses it twice.
 */
export function slipBack(climb, error) {
  const { project, history } = climb;
  if (!UNKNOWN.has(error.code)) return [];
  const { ts } = project;
  const file = project.source(error.file);
  const found = nodeAt(ts, file, error.start, error.length);
  const node = ts.isQualifiedName(found) ? found.right : found;
  if (!isName(ts, node)) return [];
  const start = node.getStart(file);
  const line = lineText(file.text, start).trim();
  const at = line.indexOf(node.text);
  const former = new Set();
  for (const old of history.before.get(error.file) ?? []) {
    for (const one of old.split("\n")) {
      const name = replaced(line, one.trim(), node.text);
      if (name) former.add(name);
    }
  }
  if (at === -1 || former.size !== 1) return [];
  const [name] = former;
  if (uses(project, node.text) !== 1 || uses(project, name) < 2) return [];
  const patch = new Map([[error.file, edited(file.text, [{ start, end: node.end, text: name }])]]);
  return [{ patch, label: `change '${node.text}', which is defined nowhere, back to '${name}'`, word: "git" }];
}

/** The one word that stands in `old` where `line` has `name`, all else being equal; "" when there is none. */
function replaced(line, old, name) {
  const [now, then] = [line, old].map((text) => text.split(/([\w$]+)/));
  if (now.length !== then.length) return "";
  const other = now.map((_, index) => index).filter((index) => now[index] !== then[index]);
  return other.length === 1 && now[other[0]] === name ? then[other[0]] : "";
}

function uses(project, name) {
  let count = 0;
  for (const own of project.own()) {
    const file = project.source(own);
    if (!file.text.includes(name)) continue;
    walk(project.ts, file, (node) => {
      if (isName(project.ts, node) && node.text === name) count += 1;
    });
    if (count > 1) break;
  }
  return count;
}
