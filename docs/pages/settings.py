"""settings.md, and the schema of task files."""

from __future__ import annotations

from pages.source import HEAD, camel, fields, table


def settings() -> str:
    """The user's file and what an editor may set."""
    from limner import config
    from limner.lsp import settings as lsp_settings
    from limner.methods import integrated_gradients

    sections = (
        ("`[models.NAME]`", "ModelEntry"),
        ("`[engine]`", "EngineSettings"),
        ("`[daemon]`", "DaemonSettings"),
    )
    parts = [
        HEAD,
        "# Settings\n\n## Your own file\n\n"
        "`config.toml` in the configuration folder of your system (`limner doctor` prints where; "
        "`LIMNER_CONFIG` names another). It alone decides which models may be loaded and how: a "
        "workspace, a document or an editor's settings can only choose among them by name. A "
        "mistake in it is reported, never skipped. Restart the daemon (`limner daemon stop`) after "
        "a change.\n\n"
        '```toml\n[models.sentiment]\npath = "/home/me/models/sentiment"\n\n'
        '[engine]\ndevice = "cuda:1"\n```\n',
    ]
    for title, name in sections:
        parts += [f"\n### {title}\n", table(fields(config, name))]
    parts += [
        "\n## In the editor: section `limner`\n\n"
        "Harmless wishes, from the user's or the workspace's settings. Anything that would decide "
        "which file or code is loaded is refused here with a warning.\n",
        table([camel(field) for field in fields(lsp_settings, "Settings")]),
        "\n## Parameters of integrated gradients\n\n"
        "For `limner attribute` (options), `limner.attribute` (keywords); a directive comment "
        "takes `model`, `target`, `contrast`, `baseline`, `tolerance` and `output`.\n",
        table(fields(integrated_gradients, "Params")),
    ]
    return "".join(parts)


def cloze_schema() -> str:
    """JSON Schema of `*.cloze.toml`."""
    from json import dumps

    from limner.labelling.schema import schema

    return dumps(schema(), ensure_ascii=False, indent=2) + "\n"
