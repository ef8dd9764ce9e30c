// Small edits of texts, and what a change amounts to.

/** `text` with edits ({start, end, text}) made; null when two overlap. */
export function edited(text, edits) {
  const ordered = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  let limit = text.length;
  let result = text;
  for (const edit of ordered) {
    if (edit.end > limit || edit.start < 0 || edit.end < edit.start) return null;
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
    limit = edit.start;
  }
  return result;
}

/** A patch (path -> new text) out of edits by path; null when they do not fit. */
export function patchOf(project, byFile) {
  const patch = new Map();
  for (const [file, edits] of byFile) {
    const before = project.read(file);
    if (before === undefined) return null;
    const after = edited(before, unique(edits));
    if (after === null || after === before) return null;
    patch.set(file, after);
  }
  return patch.size ? patch : null;
}

function unique(edits) {
  return [...new Map(edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit])).values()];
}

export function add(byFile, file, edit) {
  if (!byFile.has(file)) byFile.set(file, []);
  byFile.get(file).push(edit);
}

/** What is equal of two texts at their ends, as [start, end in the first, end in the second]. */
export function differing(before, after) {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return [start, before.length - same, after.length - same];
}

/** The lines that `after` has and `before` has not, trimmed, without empty ones. */
export function newLines(before, after) {
  const [start, , end] = differing(before, after);
  const from = after.lastIndexOf("\n", start - 1) + 1;
  const stop = after.indexOf("\n", end);
  const had = new Set(before.split("\n").map((line) => line.trim()));
  const lines = after.slice(from, stop === -1 ? undefined : stop).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line && !had.has(line));
}

/** Texts that differ in white space only are the same repair. */
export function essence(patch) {
  return [...patch].map(([file, text]) => `${file}\0${(text ?? "").replace(/\s+/g, "")}`).sort().join("\0\0");
}

/** A diff of the one region that differs, for a person or a model to weigh. */
export function shortDiff(name, before, after) {
  const [start, end, newEnd] = differing(before, after);
  const from = before.lastIndexOf("\n", start - 1) + 1;
  const until = (text, at) => (text.indexOf("\n", at) === -1 ? text.length : text.indexOf("\n", at));
  const old = before.slice(from, until(before, end)).split("\n");
  const now = after.slice(from, until(after, newEnd)).split("\n");
  if (old.length + now.length > 40) return "";
  const line = before.slice(0, from).split("\n").length;
  const head = `--- a/${name}\n+++ b/${name}\n@@ -${line},${old.length} +${line},${now.length} @@\n`;
  return head + [...old.map((text) => `-${text}`), ...now.map((text) => `+${text}`)].join("\n") + "\n";
}
