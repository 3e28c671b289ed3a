"""An encoder with random weights, which needs no download."""

import string
from pathlib import Path


def write_encoder(folder: Path, longest: int = 256) -> str:
    """Write an encoder of two small layers for at most `longest` characters, its word pieces; return its folder."""
    import torch
    import transformers

    characters = string.ascii_lowercase + string.digits + string.punctuation
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{c}" for c in characters)]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    config = transformers.BertConfig(vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                                     intermediate_size=64, max_position_embeddings=longest)  # fmt: skip
    torch.manual_seed(1)
    transformers.BertModel(config).save_pretrained(folder)
    transformers.BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=longest).save_pretrained(folder)
    return str(folder)
