// What the compiler sees on disk now, and nothing more: no repair is tried.
import path from "node:path";

import { errorsOf, lineOf } from "./errors.mjs";

/**
 * In:  {"op": "errors", "root", "files", "limit_ms"}; no files = all of the projects that were opened before.
 * Out: [{file, line, column, code, message}], or null when no project is open or one of the files is in none of them.
 */
export function look(request, projects) {
  const open = [...(projects?.open.values() ?? [])];
  if (!open.length) return null;
  const files = request.files.map((name) => path.resolve(request.root, name));
  const deadline = Date.now() + request.limit_ms;
  const seen = new Set();
  const found = [];
  for (const project of open) {
    project.renew(deadline);
    for (const error of errorsOf(project, files.length ? files : project.own())) {
      const named = said(project, error);
      const name = JSON.stringify(named);
      if (!seen.has(name)) found.push(named);
      seen.add(name);
    }
  }
  const known = (file) => open.some((project) => project.source(file) || !project.onDisk(file));
  return files.every(known) ? found : null;
}

function said(project, error) {
  const text = project.read(error.file) ?? "";
  const column = error.start - (text.lastIndexOf("\n", error.start - 1) + 1) + 1;
  const { code, message } = error;
  return { file: project.relative(error.file), line: lineOf(text, error.start), column, code: `TS${code}`, message };
}
