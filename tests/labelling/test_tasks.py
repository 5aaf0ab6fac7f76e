from __future__ import annotations

import json
from pathlib import Path

import pytest

from limner.labelling.editing import new_task, with_head, with_patterns
from limner.labelling.heads import folder_of, heads, mismatch, model_of, next_path
from limner.labelling.reading import load, parse
from limner.labelling.where import data_files, files_beside, task_of
from limner.protocol import TaskRefused

GOOD = """\
# 😀 评论
patterns = [
  "{mask}满意。{text}",  # "前缀"
]

[labels]
"好评" = "很"
neg = ["不", "没"]

[data]
files = ["reviews.tsv"]
"""


def complaints(text: str) -> list[tuple[str, str]]:
    """What is underlined, and what is said."""
    return [(text[one.start : one.end], one.said) for one in parse(text).complaints]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_task_is_read(end: str) -> None:
    task = parse(GOOD.replace("\n", end)).task
    assert task is not None
    assert task.labels == {"好评": ("很",), "neg": ("不", "没")}
    assert (task.model, task.calibration, task.head) == ("mini-mlm", "batch", None)


@pytest.mark.parametrize(
    ("before", "after", "underlined", "said"),
    [
        ('"{mask}满意。{text}"', '"满意。{text}"', '"满意。{text}"', "no gap"),
        ('"{mask}满意。{text}"', '"{mask}{mask}{text}"', '"{mask}{mask}{text}"', "2 of {mask}"),
        ('"{mask}满意。{text}"', '"{mask}。{txt}"', '"{mask}。{txt}"', "only {mask} and {text}"),
        ('"{mask}满意。{text}"', "3", "3", "A pattern is a text"),
        ('"很"', '["不"]', '["不", "没"]', "by '好评' and by 'neg'"),
        ('"很"', '""', '""', "no word"),
        ("[labels]", "[lables]", "lables", "do you mean labels"),
        ('"reviews.tsv"', '"../x.tsv"', '"../x.tsv"', "not below"),
        ('"reviews.tsv"', '"/x.tsv"', '"/x.tsv"', "not below"),
        ('"reviews.tsv"', '"x.xls"', '"x.xls"', ".jsonl"),
        ("[data]", '[data]\ntext = "label"', '"label"', "one column"),
        ("[data]", "[data]\nlabel = 0", "0", ">= 1"),
        ("[data]", '[data]\ntext = ""', '""', ">= 1"),
        ("# 😀 评论", "train.epochs = 0", "0", ">= 1"),
        ("# 😀 评论", 'train = {epochs = "x"}', '"x"', "int"),
        ("# 😀 评论", 'calibration = "all"', '"all"', "Invalid enum value"),
        ("# 😀 评论", 'label = "x"', "label", "do you mean labels"),
        ('neg = ["不", "没"]\n', "", "labels", "two labels"),
        ("patterns = [", "patterns = ", "", "not TOML"),
    ],
)
def test_what_is_wrong_is_underlined_and_said(
    before: str, after: str, underlined: str, said: str
) -> None:
    found = complaints(GOOD.replace(before, after))
    assert any(u == underlined and said in s for u, s in found) or (
        said == "not TOML" and said in found[0][1]
    ), found


def test_all_complaints_come_at_once() -> None:
    text = 'patterns = ["{text}"]\nhead = -1\n[labels]\na = "x"\n[data]\nfoo = 1\n'
    assert len(parse(text).complaints) == 4


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "a = " + "{a=" * 5_000,
        "a" + ".a" * 20_000 + " = 1",
        "a" + ".a" * 400_000 + " = 1",
        'x = {a = """b"""", c' + ".a" * 400_000 + " = 1}",
        "a = " + "9" * 6_000,
        'a = "\ud800"',
        "\ufeff[labels",
        "[[labels]]\n[[data]]\n",
        "patterns = [1, {a = 1}]\nlabels.a = [[]]\nlabels.b = {}\ndata = 3",
    ],
    ids=range(10),
)
def test_no_text_is_too_odd_to_be_complained_of(text: str) -> None:
    parsed = parse(text)
    assert parsed.task is None and parsed.complaints
    assert all(0 <= one.start <= one.end <= len(text) for one in parsed.complaints)


def test_complaints_of_a_file_that_is_no_task_are_bounded() -> None:
    keys = "".join(f"key_{k} = 1\n" for k in range(5_000))
    pattern = "{x" * 10_000
    complaints = parse(f'{keys}patterns = ["{pattern}"{", 1" * 5_000}]').complaints
    assert 100 < len(complaints) < 300
    assert max(len(one.said) for one in complaints) == 400


def test_a_file_that_cannot_be_followed_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.cloze.toml"
    path.write_text(GOOD.replace("{mask}满意", "满意"), "utf-8")
    with pytest.raises(TaskRefused, match=r"a\.cloze\.toml:3: The pattern"):
        load(path)
    with pytest.raises(TaskRefused, match="cannot be read"):
        load(tmp_path / "absent.cloze.toml")


def test_a_new_task_is_a_good_one() -> None:
    text = new_task(
        model="mini-mlm",
        patterns=["{mask}满意。{text}", '"{text}"，{mask}好'],
        labels={"好 评": ["很"], "neg": ["不", '"没"']},
        file="a.tsv",
        text="text",
        label=1,
    )
    task = parse(text).task
    assert task is not None
    assert task.labels["neg"] == ("不", '"没"')
    assert task.data.label == 1


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_head_is_written_and_taken_out_and_comments_stay(end: str) -> None:
    text = GOOD.replace("\n", end)
    first = with_head(text, 1)
    second = with_head(first, 2)
    assert parse(first).task and parse(second).task
    task = parse(second).task
    assert task and task.head == 2
    assert with_head(second, None) == text
    assert '# "前缀"' in second and ("\r" in second) == (end == "\r\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_patterns_are_written_and_the_rest_stays(end: str) -> None:
    text = GOOD.replace("\n", end)
    changed = with_patterns(text, ["{text}“{mask}”", '"{mask}"{text}'])
    task = parse(changed).task
    assert task and task.patterns == ("{text}“{mask}”", '"{mask}"{text}')
    assert changed.startswith(f"# 😀 评论{end}patterns = [{end}")
    assert changed.endswith(text[text.index("]") :])
    with pytest.raises(TaskRefused, match="mend them"):
        with_patterns("patterns = [", ["{mask}{text}"])


def test_data_files_are_offered_from_beside_the_task(tmp_path: Path) -> None:
    for name in ("b.tsv", "a.JSONL", "a.txt", "more/c.csv", "more/deep/d.csv", ".git/e.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    assert files_beside(tmp_path / "x.cloze.toml") == ["a.JSONL", "b.tsv", "more/c.csv"]
    assert files_beside(tmp_path / "absent" / "x.cloze.toml") == []


def test_a_data_file_finds_its_task(tmp_path: Path) -> None:
    inner = tmp_path / "open" / "data"
    inner.mkdir(parents=True)
    (inner / "reviews.tsv").write_text("x", "utf-8")
    task = tmp_path / "open" / "a.cloze.toml"
    task.write_text(GOOD.replace("reviews.tsv", "data/reviews.tsv"), "utf-8")
    assert task_of(inner / "reviews.tsv", [tmp_path / "open"]) == task
    assert task_of(inner / "reviews.tsv", []) is None
    assert task_of(inner / "other.tsv", [tmp_path / "open"]) is None
    outside = tmp_path / "b.cloze.toml"
    task.rename(outside)
    assert task_of(inner / "reviews.tsv", [tmp_path / "open"]) is None


def test_a_task_reads_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.tsv").write_text("x", "utf-8")
    (home / "reviews.tsv").symlink_to(tmp_path / "secret.tsv")
    parsed = parse(GOOD)
    assert parsed.task
    assert data_files(home / "a.cloze.toml", parsed.task) == []


def test_heads_are_numbered_and_found(tmp_path: Path) -> None:
    task = tmp_path / "reviews.cloze.toml"
    assert folder_of(task).name == "reviews.heads"
    assert next_path(task).name == "001.safetensors"
    folder_of(task).mkdir()
    (folder_of(task) / "007.safetensors").write_bytes(b"no header")
    assert [head.version for head in heads(task)] == [7]
    assert next_path(task).name == "008.safetensors"
    assert model_of("mini-mlm", None, task) == "mini-mlm"
    assert model_of("mini-mlm", 7, task) == f"mini-mlm::{folder_of(task) / '007.safetensors'}"
    with pytest.raises(TaskRefused, match="has 7"):
        model_of("mini-mlm", 3, task)


def test_a_head_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    task = tmp_path / "home" / "reviews.cloze.toml"
    folder_of(task).mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(b"")
    (folder_of(task) / "001.safetensors").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TaskRefused, match="own folder"):
        model_of("mini-mlm", 1, task)


def test_a_head_that_was_trained_on_another_task_is_said(tmp_path: Path) -> None:
    path = tmp_path / "reviews.cloze.toml"
    path.write_text(with_head(GOOD, 1), "utf-8")
    task = load(path)
    folder_of(path).mkdir()
    note = {
        "base": "mini-mlm",
        "patterns": list(task.patterns),
        "labels": {name: list(words) for name, words in task.labels.items()},
    }
    header = json.dumps({"__metadata__": {"limner": json.dumps(note)}}).encode()
    head = folder_of(path) / "001.safetensors"
    head.write_bytes(len(header).to_bytes(8, "little") + header)
    assert mismatch(task, path) is None
    path.write_text(with_head(GOOD.replace("满意", "喜欢"), 1), "utf-8")
    assert "other patterns" in str(mismatch(load(path), path))
