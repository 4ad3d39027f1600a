"""The YAML format of specdb: parse, resolve and write drafts."""
