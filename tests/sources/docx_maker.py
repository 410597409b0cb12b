"""Small DOCX files from their XML, for tests of what a word processor may write."""

import io
import zipfile

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{KIND}.numbering+xml"/></Types>'
)


def relations(**targets):
    rows = (f'<Relationship Id="r{n}" Type="{OFFICE}/{k}" Target="{t}"/>' for n, (k, t) in enumerate(targets.items()))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def part(name, content):
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{SPACE}" xmlns:mc="m" xmlns:v="v">{content}</w:{name}>'


def docx(body, **parts):
    """A file with this body and these parts, by name: numbering, styles, footnotes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", relations(officeDocument="word/document.xml"))
        file.writestr("word/_rels/document.xml.rels", relations(**{name: f"{name}.xml" for name in parts}))
        file.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>"))
        for name, content in parts.items():
            file.writestr(f"word/{name}.xml", part(name, content))
    return made.getvalue()


def p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text)}</w:p>"


def r(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def listed(text, level=0, number=1):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(n, kind, text, more='<w:suff w:val="nothing"/>'):
    return (
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(*levels, identity=0):
    return f'<w:abstractNum w:abstractNumId="{identity}">{"".join(levels)}</w:abstractNum>'


def num(identity=1, of=0, more=""):
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'
