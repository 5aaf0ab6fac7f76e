"""Build the one tokenizer of the bundled models: Chinese characters and English word pieces.

It is made from the general text alone, without any review, so that `mini-mlm-noreviews` owes the
reviews nothing: all characters that GB 2312 ranks as common (level 1), every further character
seen at least twice, and word pieces learned from what is not Chinese.
"""

from collections import Counter
from pathlib import Path

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from tokenizers.trainers import WordPieceTrainer
from transformers import PreTrainedTokenizerFast

from training.sources import HAN

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PIECES = 2500
MAX_POSITIONS = 512


def common_characters() -> list[str]:
    """The 3,755 characters of GB 2312 level 1, from the codec of Python's standard library."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return [pair.decode("gb2312") for pair in rows if not (pair[0] == 0xD7 and pair[1] > 0xF9)]


def build(lines: list[str]) -> PreTrainedTokenizerFast:
    """Tokenizer trained on `lines`; offsets refer to the text as given."""
    counts = Counter(char for line in lines for char in line.lower() if not char.isspace())
    characters = dict.fromkeys(common_characters())
    frequent = (char for char, count in counts.most_common() if count >= 2)
    characters |= dict.fromkeys(char for char in frequent if HAN.match(char) or counts[char] >= 20)

    pieces = _wordpiece({token: index for index, token in enumerate(SPECIALS)})
    trainer = WordPieceTrainer(vocab_size=PIECES, special_tokens=list(SPECIALS), min_frequency=5)
    pieces.train_from_iterator((HAN.sub(" ", line) for line in lines), trainer)
    learned = sorted(pieces.get_vocab())  # the trainer orders ties at random
    vocabulary = dict.fromkeys(SPECIALS) | characters
    vocabulary |= dict.fromkeys(token for token in learned if _is_piece(token))

    tokenizer = _wordpiece({token: index for index, token in enumerate(vocabulary)})
    cls, sep = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", sep), ("[CLS]", cls))
    tokenizer.decoder = decoders.WordPiece()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=MAX_POSITIONS,
        **{f"{token.strip('[]').lower()}_token": token for token in SPECIALS},
    )


def _is_piece(token: str) -> bool:
    """Keep ASCII pieces, and continuations of them; other scripts only whole, by count."""
    return token.isascii()


def _wordpiece(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def load(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer saved in `folder`."""
    return PreTrainedTokenizerFast.from_pretrained(folder)
