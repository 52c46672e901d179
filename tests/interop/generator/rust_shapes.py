"""Writes the table of shapes: what each request and response looks like on the wire, version by version."""


def shapes_file(messages) -> str:
    return "// placeholder\n"
