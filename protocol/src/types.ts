// Written by `make docs` from limner/lsp/messages.py, render/card.py, protocol.py; edit there.

/** A position of the protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A range of the protocol. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A coloured stretch of the document. */
export interface OverlayMark {
  readonly range: Range;
  /** score / max|score|, in −1 … 1. */
  readonly value: number;
  /** Markdown. */
  readonly hover: string;
}

/** A short text to show after a position. */
export interface OverlayNote {
  readonly position: Position;
  readonly text: string;
  /** Markdown; may be empty. */
  readonly tooltip: string;
}

/** A chart and the same in words. */
export interface OverlayPanel {
  readonly title: string;
  /** Vega-Lite, with inline data only: no url, no href. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The twin for whoever cannot see or draw it. */
  readonly text: string;
}

/** A result as it is drawn. */
export interface Drawing {
  readonly marks: readonly OverlayMark[];
  readonly notes: readonly OverlayNote[];
  readonly panel: OverlayPanel | null;
  /** A better one follows: rough, or of a text that has changed since. */
  readonly preliminary: boolean;
}

/** A pinned probe and what to draw for it. */
export interface OverlayProbe extends Drawing {
  /** Its name in commands; for as long as the connection lasts. */
  readonly id: string;
  readonly method: string;
  /** Who pinned it: a comment in the document, or a command of this session. */
  readonly origin: 'command' | 'directive';
  readonly state: 'computing' | 'done' | 'failed' | 'idle' | 'loading' | 'preliminary' | 'queued';
  /** The text it looks at; for a comment with none below it, the comment. */
  readonly range: Range;
  /** Why there is no result, in one sentence. */
  readonly error: string | null;
  /** The kind of that error, by its name in `limner.errors`: what can be offered depends on it. */
  readonly trouble: string | null;
  /** The result in a line; empty before the first one. */
  readonly title: string;
  readonly model: string;
  /** As asked; `limner.configure` changes them, `limner.attribute` takes them back. */
  readonly options: Readonly<Record<string, string>>;
  /** Of its model; empty where they are not known before loading. */
  readonly labels: readonly string[];
}

/** All that is to be drawn on one document. */
export interface OverlayParams {
  readonly uri: string;
  /** Of the text that the positions count in. */
  readonly version: number;
  /** In the order of the text; none: draw nothing any more. */
  readonly probes: readonly OverlayProbe[];
  /**
   * For clients that declare `changes`: the ids of all, in the order of the text. A probe that is
   * not in `probes` is, word for word, as the last notification of this document that had it.
   */
  readonly order: readonly string[] | null;
}

/**
 * `limner/highlights`: stretches of a document to mark quietly, beside what probes draw. All of
 * the document's, each time; none: mark nothing any more. A client moves them with its own edits
 * and drops a notification of a version that it has left behind: one of the newer version follows.
 * What they say is asked with `textDocument/hover`.
 */
export interface HighlightsParams {
  readonly uri: string;
  /** Of the text that the positions count in. */
  readonly version: number;
  /**
   * Five numbers each, as semantic tokens have them: lines since the one before, characters since
   * the one before (on the same line) or since the line's beginning, length, kind (0 candidate, 1
   * accepted by a person), strength (1 … 3). None reaches over a line's end.
   */
  readonly data: readonly number[];
}

/** What `limner/probe` answers. */
export interface ProbeAnswer {
  /** The method's result, as in json.md. */
  readonly result: Readonly<Record<string, unknown>>;
  /** What to draw; null when the document was closed meanwhile. */
  readonly overlay: Drawing | null;
  /** Of the text that `overlay` is for. */
  readonly version: number | null;
}

/** The value of `$/progress` while `limner/probe` computes. */
export interface ProbePartial {
  readonly overlay: Drawing | null;
  readonly version: number | null;
}

/** What `limner/export` answers. */
export interface ExportAnswer {
  readonly text: string;
}

/** What `limner.describe` and `limner.hsic` answer. */
export interface Pinned {
  /** The id of the probe that they pinned, or asked anew. */
  readonly probe: string;
}

/** A row; figures are null where nothing was mined (a term that a person added). */
export interface LexiconTerm {
  readonly term: string;
  readonly status: 'accepted' | 'candidate' | 'rejected';
  readonly seed: boolean;
  /** Other spellings that a person merged into it. */
  readonly variants: readonly string[];
  readonly count: number | null;
  readonly background: number | null;
  readonly score: number | null;
  readonly ratio: number | null;
  readonly z: number | null;
  readonly pmi: number | null;
  /** Occurrences in the document. */
  readonly here: number;
  /** 0 … 1, for a bar: its place among the lexicon's scores. */
  readonly strength: number;
}

/** What `limner/lexicon` answers. */
export interface LexiconAnswer {
  /**
   * URI of the folder that the lexicon is of; null: there is none, `limner.terms.mine` makes it.
   */
  readonly folder: string | null;
  /** A line about it: what was mined, against what, when. */
  readonly title: string;
  /** Whether it is being mined now; progress is told by `$/progress`. */
  readonly mining: boolean;
  /** What is wrong, a sentence each: lines of a file that cannot be read, documents left out. */
  readonly notes: readonly string[];
  /** Rows that fit the question. */
  readonly total: number;
  /** Terms of the lexicon. */
  readonly all: number;
  /** What `limner.terms.undo` would take back, in words. */
  readonly undo: string | null;
  /** From `offset` on, at most `limit`. */
  readonly terms: readonly LexiconTerm[];
}

/** A sentence that a term stands in. */
export interface TermPlace {
  readonly uri: string;
  /** From 0; −1 where the file has no lines (PDF, .docx). */
  readonly line: number;
  /** The file's name and line, page or paragraph, for people. */
  readonly where: string;
  readonly text: string;
  /** Of the term in `text`, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** What `limner/term` answers. */
export interface TermAnswer {
  readonly term: string;
  readonly status: 'accepted' | 'candidate' | 'rejected';
  readonly seed: boolean;
  /** As the hover says it. */
  readonly markdown: string;
  readonly places: readonly TermPlace[];
  /** Terms that may be the same, to merge with. */
  readonly similar: readonly string[];
}

/** `limner/lexiconChanged`: what `limner/lexicon` answers may be another now. */
export interface LexiconChanged {
  readonly folder: string | null;
}

/** What the commands `limner.terms.…` answer. */
export interface TermsAnswer {
  /** What was done, a sentence. */
  readonly said: string;
  /** Of export: the file's contents, to be saved by the client … */
  readonly text: string | null;
  /** … under this name. */
  readonly name: string | null;
}

/** What the commands `limner.cloze.…` answer. */
export interface ClozeAnswer {
  /** What was done or found, a sentence. */
  readonly said: string;
  /** Of next: where the row's label stands. */
  readonly line: number | null;
  readonly character: number | null;
  /** Of report: the tables, as a terminal shows them; of new: the file's path. */
  readonly text: string | null;
}

/** A model and where it is. */
export interface ModelStatus {
  readonly name: string;
  readonly path: string;
  readonly state: 'loading' | 'on-cpu' | 'on-device' | 'on-disk';
  readonly device: string;
  /** Measured size of parameters and buffers when loaded, else the size of the weights file. */
  readonly bytes: number;
  /** Jobs that found it resident. */
  readonly hits: number;
  readonly loads: number;
  readonly load_ms: number;
  readonly labels: readonly string[];
  /** Whether it guesses masked words. */
  readonly masked: boolean;
  /** Whether it goes on behind a text, or writes another from it. */
  readonly writes: 'causal' | 'seq2seq' | null;
  readonly pinned: boolean;
  /** Why it cannot be loaded, when that is known without loading it. */
  readonly error: string;
}

/** One engine's state. */
export interface EngineStatus {
  readonly device: string;
  /** Of the worker process; 0 when it is not running. */
  readonly pid: number;
  readonly state: 'ready' | 'restarting' | 'starting' | 'stopped';
  readonly queued: number;
  readonly running: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly restarts: number;
  readonly budget_bytes: number;
  readonly resident_bytes: number;
  readonly cache_entries: number;
  readonly cache_hits: number;
  readonly models: readonly ModelStatus[];
  readonly threads: number;
  /** Resident set size of the worker. */
  readonly memory_bytes: number;
}

/** An option of a method, for whoever offers a choice. */
export interface MethodOption {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Worth offering; none where anything may be written. */
  readonly values: readonly string[];
}

/** What `limner/status` answers. */
export interface StatusAnswer {
  readonly version: string;
  readonly protocol: number;
  /** Whom a kernel must reach for its arrays to be found here (`bridge.send(…, daemon=…)`). */
  readonly daemon: string;
  readonly engine: EngineStatus;
  /** All that a document may choose among. */
  readonly models: readonly ModelStatus[];
  /** How many of this session's probes are in each state. */
  readonly probes: Readonly<Record<string, number>>;
  /** Of each method, by its name in directives and by its id. */
  readonly options: Readonly<Record<string, readonly MethodOption[]>>;
}

/** A coloured stretch of a text. */
export interface CardMark {
  /** UTF-16 unit of `CardText.text` where it begins. */
  readonly start: number;
  /** Where it ends, excluded. */
  readonly end: number;
  /** score / max|score|, in −1 … 1; its sign is drawn by the underline too. */
  readonly value: number;
  /** Strength of the tint, −4 … 4, never 0. */
  readonly step: number;
  /** What the mark says when pointed at. */
  readonly hover: string;
}

/** A text with its marks; results that are compared stand below each other with a label each. */
export interface CardText {
  /** What tells it from the card's other texts; empty when it is the only one. */
  readonly label: string;
  /** The text as it is drawn: control characters replaced by their pictures. */
  readonly text: string;
  /** In order of `start`; they do not overlap. */
  readonly marks: readonly CardMark[];
  /** The stretch that the model did not read, or None. */
  readonly unread: readonly [number, number] | null;
}

/** A table; its cells are text, ready to be shown. */
export interface CardTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** A letter for each column: l left, r right. */
  readonly align: string;
  readonly rows: readonly (readonly string[])[];
}

/** A chart and the same in words. */
export interface CardChart {
  readonly title: string;
  /** Vega-Lite, with inline data only: no url, no href. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The twin for whoever cannot see or draw it; lines as in a terminal. */
  readonly text: string;
}

/** A heat map, over a picture where there is one. */
export interface CardPicture {
  readonly title: string;
  readonly rows: number;
  readonly columns: number;
  /** rows · columns values in −1 … 1, row by row from the top left. */
  readonly values: readonly number[];
  /** What each cell says when pointed at, or None where there are too many. */
  readonly hovers: readonly string[] | null;
  /** The picture beneath, a data URI of a PNG, stretched over all cells; or None. */
  readonly under: string | null;
  /** The twin in words. */
  readonly text: string;
}

/** What a notebook's output stores and front ends draw. */
export interface Card {
  /** Rises when a key changes its meaning; keys may be added without. */
  readonly version: 1;
  /** Which analysis it was, as in `result`. */
  readonly method: string;
  /** The result in one line. */
  readonly title: string;
  /** The result in a sentence or two, for a screen reader. */
  readonly spoken: string;
  readonly texts: readonly CardText[];
  /** Names and values in reading order. */
  readonly facts: readonly (readonly [string, string])[];
  /** Sentences that a reader must see. */
  readonly notes: readonly string[];
  readonly tables: readonly CardTable[];
  readonly charts: readonly CardChart[];
  readonly pictures: readonly CardPicture[];
  /** The result's stable JSON with offsets in UTF-16 units and `"offsets": "utf-16"`. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** What `limner/probe` is asked. */
export interface ProbeParams {
  readonly uri: string;
  /** Read as it stands unless empty. */
  readonly range?: Range | null;
  /** The passage around it is meant. */
  readonly position?: Position | null;
  readonly method?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Where `$/progress` shall bring preliminary overlays. */
  readonly partialResultToken?: string | number | null;
}

/** What `limner/export` is asked. */
export interface ExportParams {
  readonly uri: string;
  /** The id of a pinned probe. */
  readonly probe: string;
  readonly format: 'html' | 'json' | 'svg' | 'text';
}

/** The one object that each command of a probe takes. */
export interface CommandArgument {
  readonly uri: string;
  /** The passage or probe around it is meant. */
  readonly position?: Position | null;
  /** The passage that begins there is meant, or the one around its beginning. */
  readonly range?: Range | null;
  /** As in a directive: model, target, baseline … */
  readonly options?: Readonly<Record<string, string>>;
  /** Keep the probe that is there, to compare. */
  readonly beside?: boolean;
  /** The id of a pinned probe, in place of position and range. */
  readonly probe?: string | null;
}

/** What `limner/lexicon` is asked: rows of the lexicon that a document has. */
export interface LexiconParams {
  /** Of a document or a folder. */
  readonly uri: string;
  /** Terms that contain it, or whose pinyin initials begin with it. */
  readonly query?: string;
  /** page: those that stand in the document. */
  readonly status?: 'accepted' | 'all' | 'candidate' | 'page' | 'rejected';
  /** page: by the occurrences in the document. */
  readonly sort?: 'count' | 'page' | 'pmi' | 'ratio' | 'score' | 'term' | 'z';
  readonly descending?: boolean;
  readonly offset?: number;
  readonly limit?: number;
}

/** What `limner/term` is asked: all that is known of one term. */
export interface TermParams {
  readonly uri: string;
  readonly term: string;
}

/** The one object that the commands `limner.terms.…` take. */
export interface TermsArgument {
  /** Of a document or a folder: its lexicon is meant. */
  readonly uri: string;
  /** Of accept, reject, forget, seed and merge. */
  readonly term?: string;
  /** Of merge: the term that `term` is a spelling of. */
  readonly into?: string;
  /** Of export. */
  readonly format?: 'jieba' | 'json' | 'tbx' | 'tsv';
  /** Of mine: keep what a chain of word vectors reaches from these; none: from the lexicon's. */
  readonly seeds?: readonly string[];
}

/** The one object that the commands `limner.cloze.…` take. */
export interface ClozeArgument {
  /** Of a data file. */
  readonly uri: string;
  /** Of a row, from 0; of accept, and of next to go on from. */
  readonly line?: number | null;
  readonly character?: number | null;
  /** Of accept; empty: the predicted one. */
  readonly label?: string;
  /** Of acceptAll: the least probability. */
  readonly above?: number;
  /** Of rollback: the version to label with, 0 for none; left out: the one before. */
  readonly head?: number | null;
}
