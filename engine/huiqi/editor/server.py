"""The language server: an editor's requests carried to `analysis` and its answers back.

The one module that knows pygls. What must stay true: a rulebook is read with what is written in the
editor, not yet saved; a problem that is mended goes away in every file it was shown in; positions are
turned to the client's units; whatever fails in one request is the answer of that request alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec, TextDocument

from .._version import __version__
from ..errors import Position
from ..rulebook.compile import Session
from .analysis import Examined, Item, Mark, completions, examine, folder_of, meanings, told, word_at, written

_KINDS = {
    "fact": lsp.CompletionItemKind.Variable, "parameter": lsp.CompletionItemKind.Constant, "table": lsp.CompletionItemKind.Function,
    "definition": lsp.CompletionItemKind.Reference, "recognition": lsp.CompletionItemKind.Class, "records": lsp.CompletionItemKind.Struct,
    "date": lsp.CompletionItemKind.Value, "field": lsp.CompletionItemKind.Field, "function": lsp.CompletionItemKind.Function,
    "keyword": lsp.CompletionItemKind.Keyword,
}  # fmt: skip


class RuleServer(LanguageServer):
    """A server for the rulebooks of the files that are open."""

    def __init__(self) -> None:
        super().__init__("huiqi", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.sessions: dict[Path, Session] = {}  # the words of each rulebook as it last could be read
        self.shown: dict[Path, set[str]] = {}  # files in which problems are shown, by rulebook

    def texts(self) -> dict[str, str]:
        """The open files, by path."""
        return {str(p): d.source for d in self.workspace.text_documents.values() if (p := path_of(d.uri)) is not None}

    def look(self, uri: str) -> Examined | None:
        """Examine the rulebook of a file and keep its words; None for a file of no rulebook."""
        path = path_of(uri)
        folder = folder_of(path) if path is not None and path.suffix == ".yaml" else None
        if folder is None:
            return None
        found = examine(folder, self.texts())
        if found.session is not None:
            self.sessions[folder] = found.session
        return found

    def words(self, uri: str) -> Session | None:
        path = path_of(uri)
        folder = folder_of(path) if path is not None else None
        if folder is not None and folder not in self.sessions:
            self.look(uri)
        return self.sessions.get(folder) if folder is not None else None

    def tell(self, uri: str) -> None:
        """Show the problems of the file's rulebook, each in its own file; what was shown and is mended goes."""
        found = self.look(uri)
        if found is None:
            return
        marks: dict[str, list[Mark]] = {}
        for one in found.marks:
            marks.setdefault(one.file, []).append(one)
        for file in sorted({*marks, *self.shown.get(found.folder, ()), str(path_of(uri))}):
            target = uris.from_fs_path(str(Path(file).resolve())) or uri
            document = self.workspace.get_text_document(target)
            diagnostics = [diagnostic(x, document) for x in marks.get(file, ())]
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=target, diagnostics=diagnostics))
        self.shown[found.folder] = set(marks)


def path_of(uri: str) -> Path | None:
    place = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(place) if place else None


def diagnostic(mark: Mark, document: TextDocument) -> lsp.Diagnostic:
    severity = lsp.DiagnosticSeverity.Warning if mark.doubt else lsp.DiagnosticSeverity.Error
    return lsp.Diagnostic(range=range_of(document, mark.line, mark.start, mark.end), message=mark.message, severity=severity, source="huiqi")


def range_of(document: TextDocument, line: int, start: int, end: int) -> lsp.Range:
    """A stretch of a line, in the client's units."""
    lines, codec = document.lines, document.position_codec
    return codec.range_to_client_units(lines, lsp.Range(lsp.Position(line, start), lsp.Position(line, end))) if line < len(lines) else _nowhere(codec)


def _nowhere(_: PositionCodec) -> lsp.Range:
    return lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))


def completion_item(item: Item) -> lsp.CompletionItem:
    return lsp.CompletionItem(label=item.label, kind=_KINDS.get(item.kind, lsp.CompletionItemKind.Text), detail=item.detail or None)


def make_server() -> RuleServer:
    """A server with all it answers."""
    server = RuleServer()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: RuleServer, params: lsp.DidOpenTextDocumentParams) -> None:
        ls.tell(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: RuleServer, params: lsp.DidChangeTextDocumentParams) -> None:
        ls.tell(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: RuleServer, params: lsp.DidSaveTextDocumentParams) -> None:
        ls.tell(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=["."]))
    def complete(ls: RuleServer, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        session, (document, line, column) = ls.words(params.text_document.uri), _place(ls, params)
        return [completion_item(x) for x in completions(session, document.source, line, column)] if session else []

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(ls: RuleServer, params: lsp.HoverParams) -> lsp.Hover | None:
        session, (document, line, column) = ls.words(params.text_document.uri), _place(ls, params)
        found = meanings(session, document.source, line, column) if session else []
        if session is None or not found:
            return None
        start, end, _, _ = word_at(document.source, line, column)
        text = "\n\n---\n\n".join(told(session, x.spec) for x in found)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), range_of(document, line, start, end))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: RuleServer, params: lsp.DefinitionParams) -> list[lsp.Location]:
        session, (document, line, column) = ls.words(params.text_document.uri), _place(ls, params)
        found = meanings(session, document.source, line, column) if session else []
        places = [p for x in found if session and (p := written(session, x)) is not None]
        return list(_locations(ls, places))

    return server


def _place(ls: RuleServer, params: lsp.CompletionParams | lsp.HoverParams | lsp.DefinitionParams) -> tuple[TextDocument, int, int]:
    """The document of a request, and the place in it in characters."""
    document = ls.workspace.get_text_document(params.text_document.uri)
    at = document.position_codec.position_from_client_units(document.lines, params.position)
    return document, at.line, at.character


def _locations(ls: RuleServer, places: Iterable[Position]) -> Iterable[lsp.Location]:
    for at in places:
        uri = uris.from_fs_path(str(Path(at.file).resolve()))
        if uri is not None:
            document = ls.workspace.get_text_document(uri)
            yield lsp.Location(uri, range_of(document, at.line - 1, at.column - 1, at.column - 1))


def serve() -> None:
    """Serve one editor over standard input and output until it says exit."""
    make_server().start_io()


__all__ = ["RuleServer", "make_server", "serve"]
