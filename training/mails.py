"""Turn a raw e-mail into the text that is classified: its subject, then what was written.

What only says through which list or mailbox a message came would be learned in place of its
content, and what a reply quotes belongs to another message. So headers but the subject, tags of
lists, quotations, signatures and footers go; links, addresses and long numbers become `<url>`,
`<email>` and `<number>`.
"""

import email
import html
import quopri
import re
from email.header import decode_header, make_header
from email.message import Message

_BLOCKS = r"(?i)</?(?:p|div|li|h\d|td|th|tr|br|dt|dd|center|table|hr|ul|ol|pre|option)\b[^>]*>"
_HTML = re.compile(r"(?i)<(?:html|body|table|font|p|br|a|div)\b[^>]*>")
_UNREAD = re.compile(r"(?is)<(script|style|title|head)\b.*?</\1\s*>")
_QUOTED_PRINTABLE = re.compile(r"=(?:3D|20|09|0D|0A|\r?\n)")
_URL = re.compile(
    r"(?i)\b(?:https?|ftp)\s?:\s?/?/?\s?[^\s<>\"')]+|\bwww\.[^\s<>\"')]+"
    r"|\b(?:[\w-]+\.)+(?:com|net|org|edu|gov|ie|info|biz|co\.\w\w|org\.uk|de|au|ca|nl|it)\b"
    r"(?:/[^\s<>\"')]*)?"
)
_ADDRESS = re.compile(r"(?:mailto:)?<?[\w.+%=-]+@[\w-]+(?:\.[\w-]+)*>?")
_NUMBER = re.compile(r"[+(]*\d[\d ().-]{4,}\d")
_TAGS = re.compile(r"(?i)^(?:\s*(?:re|fwd?|aw|sv|subject)(?:\[\d+\])?\s*:|\s*\[[^\]]{2,30}\])+")
_TO_THE_END = re.compile(
    r"(?ims)^-- ?$.*"
    r"|^_{20,}\s*$(?=.{0,200}(?:mailing list|listinfo)).*"
    r"|^-{20,}\s*$\s*^this (?:sf\.net|thinkgeek).*"
    r"|^-{5,} ?yahoo! groups sponsor.*"
    r"|^to unsubscribe from this group, send.*"
    r"|^\s*-{3,} ?original message ?-{3,}.*"
    r"|^-----begin pgp signature-----.*"
)
_LINES = re.compile(
    r"(?im)^\s{0,4}(?:\w{0,3}>|\|).*$"  # quotations; who is quoted in the next two
    r"|^on [^\n]{5,120}(?:\n[^\n]{0,80})?\b(?:wrote|writes):?\s*$"
    r"|^.{0,80}\b(?:wrote|writes|said|spake)\s*:\s*$|^.{0,90}\w@\w.{0,60}:\s*$"
    r"|^\s*(?:from|to|sent|cc|date|url|subject|message-id|reply-to|hash"
    r"|mime-version|content-[a-z-]+)\s*:.*$"
    r"|^.*(?:listinfo|/mailman/|list maintainer|irish linux users|forwarded (?:by|message)).*$"
    r"|^.*(?:multi-part message in mime format|this is a mime message).*$|^-*=_nextpart.*$"
    r"|^-----begin pgp signed message-----$|^spam:.*$"
    r"|^[\w+/=]{50,}$"  # what is left of an attachment
)
_FOOTNOTE = re.compile(r"\[\d{1,2}\]")  # how feeds that are turned into mail number their links
# Left in the corpus by those who made it: names of recipients, a mark of a spam trap.
_OF_THE_CORPUS = re.compile(r"(?i)\b(?:zzzz|yyyy)\w*|\b(?:deathtospam)+\b")


def subject_and_body(raw: bytes) -> tuple[str, str]:
    """The subject, and the plain text that the message shows, before anything is left out."""
    message = email.message_from_bytes(raw)
    parts = [p for p in message.walk() if p.get_content_maintype() == "text"]
    plain = [text for p in parts if p.get_content_subtype() == "plain" and (text := _decoded(p))]
    other = [text for p in parts if p.get_content_subtype() != "plain" and (text := _decoded(p))]
    return _subject(message), "\n".join(plain or other)


def _subject(message: Message) -> str:
    header = message.get("Subject") or ""
    try:
        return str(make_header(decode_header(header)))
    except (LookupError, ValueError):
        return str(header)


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    if len(_QUOTED_PRINTABLE.findall(content.decode("latin-1"))) >= 3:
        content = quopri.decodestring(content)
    try:
        text = content.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        text = content.decode("cp1252", errors="replace")
    return html.unescape(_without_tags(text) if _HTML.search(text) else text).strip()


def _without_tags(page: str) -> str:
    page = _UNREAD.sub(" ", re.sub(r"(?s)<!--.*?-->", "", page))
    return re.sub(r"(?s)<[^<>]*>", "", re.sub(_BLOCKS, "\n", page))


def masked(text: str) -> str:
    """Links, addresses and numbers of seven digits or more replaced by their kind."""
    text = _ADDRESS.sub("<email>", text)
    text = _URL.sub("<url>", text)
    return _NUMBER.sub(lambda m: "<number>" if sum(map(str.isdigit, m[0])) >= 7 else m[0], text)


def clean(raw: bytes, mask: bool = True) -> str:
    """Subject on the first line, body on the second; without `mask` links and addresses stay."""
    subject, body = subject_and_body(raw)
    body = body.replace("\r\n", "\n").replace("\xa0", " ")
    body = _LINES.sub("", _TO_THE_END.sub("", body))
    subject = _TAGS.sub("", re.sub(r"\s+", " ", subject))
    body = _FOOTNOTE.sub("", body)
    lines = (_OF_THE_CORPUS.sub("", masked(part) if mask else part) for part in (subject, body))
    lines = (re.sub(r"([^\w\s])\1{3,}", r"\1\1\1", line) for line in lines)
    lines = (" ".join(word for word in line.split() if len(word) <= 40) for line in lines)
    return "\n".join(line for line in lines if line)
