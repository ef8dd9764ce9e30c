"""The tools that each vendor's models are offered, as the vendors want them described.

The names and arguments are those that ``prunella.edits`` reads; OpenAI's functions are strict, so every argument is
required and one that may be left out is nullable (https://platform.openai.com/docs/guides/function-calling#strict-mode).
"""

from __future__ import annotations

from prunella.conversation import Json


def _schema(properties: Json, required: tuple[str, ...]) -> Json:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_PATH: Json = {"type": "string", "description": "Path of the file, relative to the repository's root."}
_FOLDER_TEXT = "Folder to search below, relative to the repository's root; leave it out for all files."

ANTHROPIC_TOOLS: tuple[Json, ...] = (
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
    {
        "name": "delete_file",
        "description": "Delete a file of the repository.",
        "input_schema": _schema({"path": _PATH}, ("path",)),
    },
    {
        "name": "rename_file",
        "description": "Move a file of the repository to a path that does not exist yet.",
        "input_schema": _schema(
            {"path": _PATH, "new_path": {**_PATH, "description": "The new path."}}, ("path", "new_path")
        ),
    },
    {
        "name": "search_text",
        "description": "Find the lines that contain a text, literally, in the repository's files.",
        "input_schema": _schema(
            {
                "text": {"type": "string", "description": "What to find; one line, not a pattern."},
                "path": {"type": "string", "description": _FOLDER_TEXT},
            },
            ("text",),
        ),
    },
)
"""Claude's own text editor (its schema is in the model) and what it lacks.

https://platform.claude.com/docs/en/agents-and-tools/tool-use/text-editor-tool
"""

LOOKUP_FUNCTIONS: tuple[Json, ...] = (
    {
        "type": "function",
        "name": "view_file",
        "description": "Read a file of the repository, with line numbers.",
        "parameters": _schema(
            {
                "path": _PATH,
                "first_line": {
                    "type": ["integer", "null"],
                    "description": "First line, from 1; null = from the start.",
                },
                "last_line": {"type": ["integer", "null"], "description": "Last line; null = to the end."},
            },
            ("path", "first_line", "last_line"),
        ),
        "strict": True,
    },
    {
        "type": "function",
        "name": "list_folder",
        "description": "List what is in a folder of the repository.",
        "parameters": _schema(
            {"path": {"type": "string", "description": 'Relative to the repository\'s root; "" = the root.'}}, ("path",)
        ),
        "strict": True,
    },
    {
        "type": "function",
        "name": "search_text",
        "description": "Find the lines that contain a text, literally, in the repository's files.",
        "parameters": _schema(
            {
                "text": {"type": "string", "description": "What to find; one line, not a pattern."},
                "path": {"type": ["string", "null"], "description": "Folder to search below; null = all files."},
            },
            ("text", "path"),
        ),
        "strict": True,
    },
)
"""The read-only questions that OpenAI's models may ask."""

APPLY_PATCH: Json = {"type": "apply_patch"}
"""OpenAI's built-in edit tool (https://platform.openai.com/docs/guides/tools-apply-patch)."""


def custom_apply_patch(grammar: str) -> Json:
    """The same edits as a custom tool whose input follows a Lark grammar, for models without the built-in one."""
    return {
        "type": "custom",
        "name": "apply_patch",
        "description": "Edit files of the repository. The input is a patch as the grammar says, not JSON.",
        "format": {"type": "grammar", "syntax": "lark", "definition": grammar},
    }
